/** One entry of the navigation at the top of each page. */
export interface NavigationEntry {
  /** Words in the navigation. */
  readonly title: string;
  /** Path of its first page, below that of the preview. */
  readonly path: string;
}
