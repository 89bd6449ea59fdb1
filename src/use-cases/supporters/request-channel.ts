/** By which way a person asked organisers; a word of a list, since free text ends up holding names. */
export const REQUEST_CHANNELS = ['reply', 'post', 'phone', 'in-person', 'complaint'] as const
export type RequestChannel = (typeof REQUEST_CHANNELS)[number]
