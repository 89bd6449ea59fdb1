/** How a person contacted the organisers. A fixed list: free text would end up containing names. */
export const REQUEST_CHANNELS = ['reply', 'post', 'phone', 'in-person', 'complaint'] as const
export type RequestChannel = (typeof REQUEST_CHANNELS)[number]
