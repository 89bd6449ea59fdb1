import type { NoticeKind } from '../../notices/notice-kinds.ts'
import { raiseNotice } from '../../notices/raise-notice.ts'
import { describeSkips, type NewSkips } from './skipped-mail.ts'

/** Tells organisers how many people of a loop were newly skipped, if any. `subject` is the campaign. */
export async function noticeSkips(env: Env, kind: NoticeKind, subject: string, fresh: NewSkips): Promise<void> {
  const skips = describeSkips(fresh)
  if (skips !== null) await raiseNotice(env, { kind, subject, ...skips })
}
