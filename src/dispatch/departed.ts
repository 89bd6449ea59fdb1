/** Why somebody must not be written to. */
export type SuppressionReason = 'unsubscribed' | 'erased' | 'bounced' | 'complained'

/** A complaint to the provider is a person's last word: nothing replaces it and no sign-up lifts it. */
export const outranks = (standing: SuppressionReason, incoming: SuppressionReason): boolean =>
  standing === 'complained' && incoming !== 'complained'

/** Whether a departure holds against a confirmation link made at `linkIssuedAt` (epoch ms). */
export const survives = (entry: { reason: SuppressionReason; since: number }, linkIssuedAt: number): boolean =>
  entry.reason === 'complained' || entry.since >= linkIssuedAt
