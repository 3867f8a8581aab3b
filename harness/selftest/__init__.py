"""The check is checked: every derivative rule of the engine is mutated, and it is counted which checks notice."""
