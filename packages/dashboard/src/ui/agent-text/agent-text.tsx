/** The one way to draw text that agents, tools or nodes wrote. Text nodes alone; what cannot be seen is marked; what goes on for ever is cut, and says so. */
import { memo, type ReactNode, useState } from 'react';
import { type Piece, readText } from './read-text.ts';

/** Characters shown before somebody asks for more, and then. */
const FIRST = 400;
const MOST = 50_000;

/** Text, and how it is set. */
interface AgentTextProps {
  readonly text: string;
  /** Lines stay lines. */
  readonly isMultiline?: boolean;
  /** Characters at first. */
  readonly limit?: number;
}

/** The same text is taken apart once, however often what stands around it is drawn. */
export const AgentText = memo(function AgentText({
  text,
  isMultiline = false,
  limit = FIRST,
}: AgentTextProps): ReactNode {
  const [isWhole, setWhole] = useState(false);
  const { pieces, left } = readText(text, isWhole ? Math.max(MOST, limit) : limit, isMultiline);
  if (text === '') return <span className="text-ink-3 italic">empty</span>;
  return (
    <span dir="ltr" className={`agent-text ${isMultiline ? 'whitespace-pre-wrap' : ''}`}>
      {pieces.map((piece, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- pieces have no name but their place
        <PieceShown key={at} piece={piece} />
      ))}
      {left > 0 && (
        <>
          …{' '}
          <button
            type="button"
            className="link text-xs whitespace-nowrap"
            disabled={isWhole}
            onClick={(event) => {
              event.stopPropagation();
              setWhole(true);
            }}
          >
            {isWhole ? `${left} more characters are not shown` : `${left} more characters`}
          </button>
        </>
      )}
    </span>
  );
});

function PieceShown({ piece }: { readonly piece: Piece }): ReactNode {
  switch (piece.kind) {
    case 'plain':
      return piece.text;
    case 'mark':
      return (
        <span className="agent-mark" title={`${piece.name}, which cannot be seen`}>
          {piece.code}
        </span>
      );
    case 'mixed':
      return (
        <span className="agent-mixed" title={piece.why}>
          {piece.text}
          <span className="sr-only"> ({piece.why})</span>
        </span>
      );
    default:
      return piece satisfies never;
  }
}
