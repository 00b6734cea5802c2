/** One row of a menu. */
export interface MenuItem {
  readonly label: string;
  readonly onChoose: () => void;
  readonly isDangerous?: boolean;
  readonly isChosen?: boolean;
}
