import * as vscode from 'vscode';

/** What the page may load: its own script and style files, and nothing else. */
export function overviewResourceRoots(extensionUri: vscode.Uri): vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist', 'webview'), vscode.Uri.joinPath(extensionUri, 'media')];
}

/** An empty page; the script fills it with what the extension sends. */
export function overviewHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const script = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', 'gatewayOverview.js'));
  const style = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'media', 'gatewayOverview.css'));
  // The toolkit tries out a style rule of its own, under the nonce that it finds in the page.
  const nonce = crypto.randomUUID();
  const policy = `default-src 'none'; script-src ${webview.cspSource}; style-src ${webview.cspSource} 'nonce-${nonce}';`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta property="csp-nonce" content="${nonce}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Gateway Overview</title>
  <link rel="stylesheet" href="${style}">
</head>
<body>
  <main id="overview" aria-live="polite"></main>
  <script src="${script}"></script>
</body>
</html>`;
}
