/** Who asks: an API token today, a person signed in to the console later. */
export type Actor = { kind: 'token'; name: string }

/** The actor as a decision keeps it, such as `token organiser`. */
export const actorText = ({ kind, name }: Actor): string => `${kind} ${name}`
