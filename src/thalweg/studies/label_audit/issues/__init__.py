"""What an audit finds besides labels: copies, outliers, contradicting rows, classes that are confused."""
