/** One approval, and the question before it is answered. */
export { ApprovalCard } from './card.tsx';
export { StatusBadge } from './status-badge.tsx';
