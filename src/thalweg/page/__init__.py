"""What every page is made of, the report's and the lab's: JavaScript modules, styles, networks as text."""
