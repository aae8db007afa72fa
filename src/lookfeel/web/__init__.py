"""The athlete's page: settings enter, a web application that serves it leaves (see app.create_app)."""
