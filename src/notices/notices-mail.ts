import type { NoticeView } from './notice-table.ts'
import type { OrganiserMail } from './tell-organisers.ts'

/** Most notices that one mail has in full: a screen or two. The rest are counted. */
const IN_FULL = 20

/** The mail with new notices, gathered at `at` (epoch ms); the newest first. */
export function noticesMail(publicUrl: string, at: number, notices: readonly NoticeView[]): OrganiserMail {
  const shown = notices.slice(0, IN_FULL).map(({ summary, action }) => `${summary}\nWhat to do: ${action}`)
  const rest = notices.length - shown.length
  const text = [
    `New notices of ${publicUrl}:`,
    ...shown,
    ...(rest > 0 ? [`${rest} more are not in this mail.`] : []),
    'Read all of them with: npm run tocsin -- notices',
  ]
  const subject = notices.length === 1 ? 'Notice: one thing to know' : `Notices: ${notices.length} things to know`
  return { key: `notices/${at}`, subject, text: text.join('\n\n') }
}
