/** The page of /docs/. Its script fetches the document, and shows it with swagger-ui. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>API documentation</title>
  <link rel="icon" type="image/png" href="./favicon-32x32.png" sizes="32x32">
  <link rel="icon" type="image/png" href="./favicon-16x16.png" sizes="16x16">
  <link rel="stylesheet" href="./swagger-ui.css">
  <link rel="stylesheet" href="./docs-page.css">
  <script src="./swagger-ui-bundle.js" defer></script>
  <script src="./docs-page.js" type="module"></script>
</head>
<body>
  <form id="key-form" hidden>
    <label for="key">This service asks for a key.</label>
    <input id="key" type="password" autocomplete="off" required pattern="\\s*[!-~]+\\s*"
      title="The key without blanks: letters, digits and signs of ASCII.">
    <button>Use key</button>
    <p id="key-note">It is sent with every call of this page, and forgotten when the page is closed.</p>
  </form>
  <p id="status" role="status">Loading the document of the service …</p>
  <noscript><p>This page needs JavaScript. The document itself is at <a href="../swagger.json">swagger.json</a>.</p></noscript>
  <main id="swagger-ui"></main>
</body>
</html>
`;

/** Beside the style sheet of swagger-ui. */
export const STYLE = `body { margin: 0; background: #fafafa; color: #3b4151; font: 16px/1.5 sans-serif; }
[hidden] { display: none !important; }
#status, #key-form, noscript p { box-sizing: border-box; max-width: 46em; margin: 3em auto; padding: 0 20px; }
#status.failed { color: #b3261e; white-space: pre-wrap; }
#key-form { display: flex; flex-wrap: wrap; gap: 8px; padding: 20px; background: #fff; border: 1px solid #d8dde7; border-radius: 4px; }
#key-form label { flex-basis: 100%; font-weight: bold; }
#key { flex: 1 1 16em; padding: 8px 10px; border: 1px solid #8892a6; border-radius: 4px; font: inherit; }
#key-form button { padding: 8px 20px; border: 0; border-radius: 4px; background: #2f5fd0; color: #fff; font: inherit; cursor: pointer; }
#key-note { flex-basis: 100%; margin: 0; font-size: 14px; }
.swagger-ui .information-container { padding-top: 10px; }
.swagger-ui .info { margin: 10px 0 0; }
.swagger-ui .info hgroup.main { margin: 0; }
.swagger-ui .info .title { font-size: 28px; }
.swagger-ui .info .description p { margin: 8px 0 0; }
.swagger-ui .scheme-container { margin: 0 0 20px; padding: 0 0 10px; background: none; box-shadow: none; }
.swagger-ui .scheme-container .servers-title, .swagger-ui .scheme-container .servers { display: none; }
.swagger-ui [data-tag='default'] { display: none; }
.swagger-ui textarea.body-param__text { min-height: 230px; }
.swagger-ui .opblock .opblock-section-header { min-height: 40px; padding: 4px 20px; }
.swagger-ui .opblock-description-wrapper, .swagger-ui .opblock-external-docs-wrapper { padding: 10px 20px; }
.swagger-ui .execute-wrapper { padding: 0 20px 20px; }
`;
