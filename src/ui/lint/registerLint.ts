import * as vscode from 'vscode';
import { isSkillPath } from '../../core/workspace/isProjectFile.ts';
import { bakeKind, fixAllKind } from '../authoring/kinds.ts';
import type { WorkspaceLint } from './WorkspaceLint.ts';

/** Everything that VS Code may open and edit; output channels and read-only versions of files are left alone. */
const anyFile: vscode.DocumentSelector = [{ pattern: '**/*' }];
const skillFiles: vscode.DocumentSelector = [{ pattern: '**/{SKILL,skill,Skill}.md' }];

/** Names what there is; the code behind it is loaded when somebody asks for the first time. */
export function registerLint(lint: WorkspaceLint): vscode.Disposable {
  let loading: Promise<Providers> | undefined;
  const load = () => {
    loading ??= createProviders(lint);
    return loading;
  };
  return vscode.Disposable.from(
    lint,
    vscode.languages.registerCodeActionsProvider(
      anyFile,
      {
        provideCodeActions: async (document, range, context) =>
          (await load()).fixes.provideCodeActions(document, range, context),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    vscode.languages.registerCodeActionsProvider(
      anyFile,
      {
        provideCodeActions: async (document, range, context) =>
          (await load()).fixAll.provideCodeActions(document, range, context),
        resolveCodeAction: async (action: FixAllAction) => (await load()).fixAll.resolveCodeAction(action),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, fixAllKind] },
    ),
    vscode.languages.registerCodeActionsProvider(
      anyFile,
      {
        // A light bulb on every line would only be in the way: these wait until somebody asks.
        provideCodeActions: async (document, range, context) =>
          context.triggerKind === vscode.CodeActionTriggerKind.Invoke
            ? (await load()).bake.provideCodeActions(document, range)
            : [],
      },
      { providedCodeActionKinds: [bakeKind] },
    ),
    vscode.languages.registerHoverProvider(anyFile, {
      provideHover: async (document, position) => (await load()).hover.provideHover(document, position),
    }),
    vscode.languages.registerCompletionItemProvider(
      anyFile,
      {
        provideCompletionItems: async (document, position) =>
          document.lineAt(position.line).text.includes('openclaw-vm')
            ? (await load()).completions.provideCompletionItems(document, position)
            : [],
      },
      ...[':', ' ', '=', ','],
    ),
    vscode.languages.registerCodeLensProvider(skillFiles, {
      onDidChangeCodeLenses: lint.onDidCheck,
      provideCodeLenses: async (document) =>
        isSkillPath(document.uri.path) ? (await load()).lenses.provideCodeLenses(document) : [],
    }),
  );
}

type Providers = Awaited<ReturnType<typeof createProviders>>;
type FixAllAction = Parameters<Providers['fixAll']['resolveCodeAction']>[0];

async function createProviders(lint: WorkspaceLint) {
  const { BakeActions, Completions, Explanations, FixAllActions, ProblemFixes, SkillLenses } = await import(
    '#authoring'
  );
  return {
    fixes: new ProblemFixes(lint),
    fixAll: new FixAllActions(lint),
    bake: new BakeActions(lint),
    hover: new Explanations(lint),
    completions: new Completions(lint),
    lenses: new SkillLenses(lint),
  };
}
