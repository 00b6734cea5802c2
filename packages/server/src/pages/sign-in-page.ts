/** The page that people sign in with: a passkey is made or used, or a provider asked; then a token for the command line is made. */
import { html } from 'hono/html';

/** What the page is made of; the same for everybody. */
export interface SignInPage {
  /** Providers that people may sign in with. */
  readonly providers: readonly { readonly id: string; readonly name: string }[];
}

/** The page; its script and style are files of their own, because the content security policy allows no other. */
export function signInPage({ providers }: SignInPage): ReturnType<typeof html> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Sign in · Writ</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/sign-in.css" />
        <script type="module" src="/sign-in.js"></script>
      </head>
      <body>
        <main>
          <p class="mark">Writ <span>control plane</span></p>
          <h1 id="title" tabindex="-1">Sign in</h1>
          <p id="intro">With the passkey that you made here, on this device or your phone.</p>
          <p id="said" role="status"></p>
          <section id="outside" aria-labelledby="title">
            <button id="enter" class="main" type="button">Sign in with a passkey</button>
            ${providers.map(
              ({ id, name }) =>
                html`<button class="provider" type="button" data-provider="${id}">Sign in with ${name}</button>`,
            )}
            <p id="note" class="note">No passkey yet? Whoever invited you sends a link that makes one.</p>
          </section>
          <section id="inside" aria-labelledby="title" hidden>
            <p class="links"><a id="open" href="/">Open the control plane</a></p>
            <h2>Command line</h2>
            <p>An API token lets <code>writ</code> do here what you may do, for 30 days. It is shown once.</p>
            <button id="make" class="main" type="button">Make an API token</button>
            <div id="made" hidden>
              <label for="token">The token, shown this once</label>
              <textarea id="token" readonly rows="3" spellcheck="false" autocomplete="off"></textarea>
              <button id="copy" type="button">Copy the token</button>
              <p>Give it to this command, which asks for it:</p>
              <pre><code id="command"></code></pre>
            </div>
            <p class="links"><a href="/v1/reference">Every route of the API</a></p>
            <button id="leave" type="button">Sign out</button>
          </section>
          <noscript><p class="problem">Passkeys need scripts. Let this page run its own, and load it again.</p></noscript>
        </main>
      </body>
    </html>`;
}
