"""The collections that many definitions come from."""

SFU = "Surjanovic & Bingham (2013), Virtual Library of Simulation Experiments: Test Functions and Datasets"
SURVEY = "Jamil & Yang (2013), A literature survey of benchmark functions"
SCHWEFEL = "Schwefel (1981), Numerical Optimization of Computer Models"
