/** The text of one file: CodeMirror in a shadow root, where its constructed style sheets need no permission of the content security policy. */
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Issue } from '../policy-data.ts';
import { cedarWord } from '../../../policy-text/index.ts';
import { issueRange } from './issue-range.ts';

/** What stands in it. */
export interface CodeEditorProps {
  /** Another path is another text; one editor is kept for each. */
  readonly path: string;
  readonly text: string;
  readonly issues: readonly Issue[];
  readonly onChange: (text: string) => void;
  /** Line and column that the cursor is put at, whenever it is another object. */
  readonly goal?: { readonly line: number; readonly column: number } | undefined;
}

export function CodeEditor({ path, text, issues, onChange, goal }: CodeEditorProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const first = useRef(text);
  first.current = text;
  const changed = useRef(onChange);
  changed.current = onChange;
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const opened = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          EditorView.lineWrapping,
          highlightSpecialChars(),
          bracketMatching(),
          LOOKS,
          syntaxHighlighting(COLOURS),
          ...(path.endsWith('.cedar') ? [CEDAR] : []),
          keymap.of([
            ...defaultKeymap,
            ...historyKeymap,
            ...lintKeymap,
            { key: 'Mod-]', run: indentMore },
            { key: 'Mod-[', run: indentLess },
          ]),
          EditorView.contentAttributes.of({ 'aria-label': 'Text of the file', spellcheck: 'false' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = opened;
    return () => {
      opened.destroy();
      view.current = undefined;
    };
  }, [path]);
  useEffect(() => {
    const opened = view.current;
    if (opened === undefined) return;
    const doc = opened.state.doc.toString();
    const found = issues.map((issue) => ({
      ...issueRange(doc, issue),
      severity: 'error' as const,
      message: issue.hint === undefined ? issue.message : `${issue.message}\n${issue.hint}`,
    }));
    opened.dispatch(setDiagnostics(opened.state, found));
  }, [issues, path]);
  useEffect(() => {
    const opened = view.current;
    if (opened === undefined || goal === undefined) return;
    const { from } = issueRange(opened.state.doc.toString(), { code: '', message: '', ...goal });
    opened.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    opened.focus();
  }, [goal, path]);
  return <div ref={place} data-editor="" className="min-h-0 flex-1 overflow-hidden bg-panel" />;
}

const CEDAR = StreamLanguage.define({
  name: 'cedar',
  token(stream) {
    const { length, kind } = cedarWord(stream.string.slice(stream.pos));
    stream.pos += length;
    return kind ?? null;
  },
});

const COLOURS = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--color-ink-3)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--color-allow)' },
  { tag: tags.keyword, color: 'var(--color-accent)', fontWeight: '600' },
  { tag: tags.meta, color: 'var(--color-defer)' },
  { tag: tags.variableName, color: 'var(--color-modify)' },
  { tag: tags.typeName, color: 'var(--color-step-up)' },
  { tag: [tags.number, tags.bool], color: 'var(--color-deny)' },
  { tag: tags.operator, color: 'var(--color-ink-2)' },
]);

const LOOKS = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', color: 'var(--color-ink)', background: 'var(--color-panel)' },
  '&.cm-focused': { outline: '2px solid var(--color-accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '22px' },
  '.cm-content': { caretColor: 'var(--color-ink)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--color-ink)' },
  '.cm-gutters': { background: 'transparent', color: 'var(--color-ink-3)', border: 'none' },
  '.cm-specialChar': { color: 'var(--color-step-up)', background: 'var(--color-step-up-ground)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in oklab, var(--color-accent) 24%, transparent)',
  },
  '.cm-tooltip': {
    background: 'var(--color-raised)',
    color: 'var(--color-ink)',
    border: '1px solid var(--color-line-strong)',
    borderRadius: '6px',
    fontFamily: 'var(--font-sans)',
  },
  '.cm-diagnostic': { whiteSpace: 'pre-wrap', maxWidth: '32rem', padding: '6px 10px' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--color-deny)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--color-deny) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lint-marker-error': {
    content: 'none',
    background: 'var(--color-deny)',
    width: '8px',
    height: '8px',
    borderRadius: '1px',
    margin: '7px 0 0 4px',
  },
});
