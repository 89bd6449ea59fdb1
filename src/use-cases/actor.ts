/**
 * Who makes a request: an API token. A person signed in to the console can become another kind. Every use case that changes something or
 * reads personal data takes the actor, even if it does not store the name: a journal can then record who acted.
 */
export type Actor = { kind: 'token'; name: string }

/** The actor in the form that decisions store, such as `token organiser`. */
export const actorText = ({ kind, name }: Actor): string => `${kind} ${name}`
