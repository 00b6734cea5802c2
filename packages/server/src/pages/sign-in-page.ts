/** The one page that a first sign-in needs: a passkey is made in a browser, and a token for the command line shown. */
import { html } from 'hono/html';

/** The page; its script and style are files of their own, because the content security policy allows no other. */
export function signInPage(): ReturnType<typeof html> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Sign in to Writ</title>
        <link rel="stylesheet" href="/v1/reference.css" />
        <script type="module" src="/sign-in.js"></script>
      </head>
      <body>
        <h1>Writ</h1>
        <p id="said" role="status"></p>
        <button id="enter" type="button">Sign in with a passkey</button>
        <section id="inside" hidden>
          <button id="make" type="button">Show an API token for the command line</button>
          <button id="leave" type="button">Sign out</button>
          <pre><code id="token"></code></pre>
        </section>
        <noscript>Passkeys need scripts.</noscript>
      </body>
    </html>`;
}
