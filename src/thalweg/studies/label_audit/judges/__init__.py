"""Who judges labels: networks, forests, boosted trees and a linear model, and how much each is worth."""
