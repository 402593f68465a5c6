"""What every page of the log, and of its links, tells the browser that shows it."""

HEADERS = {
    # Nothing inline and nothing from elsewhere: what a stranger typed stays text.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # People's data must not stay in a browser's cache after they have signed out.
    "Cache-Control": "no-store",
}
