/** A fault in an organiser's file: place, what was found, and what was expected. */
export type Fault = { file: string; line: number; found: string; expected: string }

/** A warning as a line: what was read literally, and how to write what was probably meant. */
export const formatWarning = ({ file, line, found, expected }: Fault): string =>
  `${file}:${line}: warning: ${found} is shown as it stands; expected ${expected}`

export const formatFault = (fault: Fault): string =>
  `${fault.file}:${fault.line}: found ${fault.found}; expected ${fault.expected}`
