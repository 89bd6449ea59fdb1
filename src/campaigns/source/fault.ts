/** A fault in an organiser's file: place, what was found, and what was expected. */
export type Fault = { file: string; line: number; found: string; expected: string }

export const formatFault = (fault: Fault): string =>
  `${fault.file}:${fault.line}: found ${fault.found}; expected ${fault.expected}`
