/** Text of one kind of notice. `summary` gets the number of cases and the subject, such as a campaign or an event name. */
type KindText = { summary(count: number, subject: string): string; action: string }

/** Every kind of notice: what happened, and what an organiser should do. A stored kind is permanent: never rename one. */
export const NOTICE_KINDS = {
  'dispatch-paused': {
    summary: (_, subject) => `The dispatch ${subject} paused by itself.`,
    action: 'Read its reason with GET /api/dispatches/{id}. Then resume or cancel it.',
  },
} as const satisfies Record<string, KindText>

export type NoticeKind = keyof typeof NOTICE_KINDS
