/** The page on which a person signs a command in: what asks, what it would be given, and both answers. */
import { html } from 'hono/html';

/** The page; its script and style are files of their own, because the content security policy allows no other. */
export function devicePage(): ReturnType<typeof html> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Sign a command in to Writ</title>
        <link rel="stylesheet" href="/v1/reference.css" />
        <script type="module" src="/device.js"></script>
      </head>
      <body>
        <h1>Sign a command in</h1>
        <p id="said" role="status"></p>
        <section id="outside" hidden>
          <p><a href="/sign-in" target="_blank" rel="noopener">Sign in</a>, and come back to this page.</p>
          <button id="again" type="button">I am signed in</button>
        </section>
        <section id="inside" hidden>
          <label for="code">The code that the command shows</label>
          <input id="code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" />
          <button id="look" type="button">Look what asks</button>
        </section>
        <section id="asked" hidden>
          <p id="who"></p>
          <p id="gives"></p>
          <p>
            Go on only where you started <code>writ login</code> yourself just now, on that machine, and it shows this
            very code. Nobody else has a reason to send you one.
          </p>
          <button id="approve" type="button">It is mine: sign it in</button>
          <button id="deny" type="button">Refuse it</button>
        </section>
        <noscript>This page needs scripts.</noscript>
      </body>
    </html>`;
}
