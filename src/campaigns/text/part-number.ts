/** The number of a part in a query, from 1; NaN for another text, which no part has. */
export const partOf = (query: string | undefined): number =>
  query === undefined ? 1 : /^[1-9]\d{0,3}$/.test(query) ? Number(query) : Number.NaN
