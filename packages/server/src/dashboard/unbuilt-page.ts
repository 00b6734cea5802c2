/** What stands in place of the web interface where it was not built, as in a checkout. */

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Not built · Writ</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/sign-in.css" />
  </head>
  <body>
    <main>
      <p class="mark">Writ <span>control plane</span></p>
      <h1>The web interface is not built yet</h1>
      <p>The control plane runs, and its API answers. In the folder that it was started from, this builds its pages:</p>
      <pre><code>npm run build</code></pre>
      <p>Then start the control plane again.</p>
      <p class="links"><a href="/sign-in">Sign in</a> · <a href="/v1/reference">Every route of the API</a></p>
    </main>
  </body>
</html>
`;

/** The page; it needs no script. */
export function unbuiltPage(): Response {
  return new Response(PAGE, {
    status: 503,
    headers: { 'content-type': 'text/html; charset=utf-8', vary: 'accept', 'retry-after': '60' },
  });
}
