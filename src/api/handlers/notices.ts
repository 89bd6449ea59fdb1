import { noticesOf } from '../../objects.ts'
import type { Handler } from '../context.ts'
import { NOTICE_OPERATIONS as OPERATIONS } from '../contract/notice-operations.ts'
import { respond } from '../respond.ts'

const iso = (time: number): string => new Date(time).toISOString()

export const noticeHandlers = {
  async listNotices(c) {
    const notices = (await noticesOf(c.env).list()).map(({ firstAt, lastAt, detail, ...notice }) => ({
      ...notice,
      firstAt: iso(firstAt),
      lastAt: iso(lastAt),
      ...(detail !== '' && { detail }),
    }))
    return respond(c, OPERATIONS.listNotices, 200, notices)
  },
} satisfies Partial<Record<keyof typeof OPERATIONS, Handler>>
