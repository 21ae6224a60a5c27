package seed

var (
	first  = []string{"Ada", "Bruno", "Clara", "Dara", "Emil", "Fay", "Goran", "Hana", "Ivo", "June", "Kofi", "Lena", "Milan", "Nora", "Otto", "Pia", "Quinn", "Rosa", "Sami", "Tilda", "Uma", "Vera", "Wim", "Xenia", "Yara", "Zeno"}
	last   = []string{"Abbott", "Brandt", "Castell", "Dufour", "Ekberg", "Farrell", "Galvin", "Hoff", "Ibsen", "Jansen", "Keane", "Lindt", "Moreau", "Novak", "Okoye", "Petrov", "Quist", "Rossi", "Silva", "Tanaka", "Ueda", "Vogel", "Weiss", "Ximenez", "Young", "Zeller"}
	trades = []string{"Bakery", "Bikes", "Books", "Ceramics", "Coffee", "Design", "Dairy", "Energy", "Farms", "Films", "Foods", "Gardens", "Glass", "Hotels", "Lighting", "Logistics", "Museum", "Music", "Optics", "Paper", "Press", "Robotics", "Sailing", "Studios", "Textiles", "Timber", "Tools", "Travel", "Wines", "Works"}
	forms  = []string{"Ltd", "GmbH", "SARL", "Group", "Partners", "Collective"}
	titles = []string{"Director", "Office manager", "Head of marketing", "Operations", "Founder", "Accounts"}
	works  = []string{"Brand", "Website", "Catalogue", "Signage", "Launch", "Packaging", "Campaign", "Research", "Fit-out", "Audit", "Photography", "Prototype", "Redesign", "Migration", "Training", "Review"}
	things = []string{"system", "guidelines", "shop", "exhibition", "handbook", "storefront", "newsletter", "templates", "prints", "drawings", "copy", "assets", "plan", "report", "mock-ups", "inventory"}
)
