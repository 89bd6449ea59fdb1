import { expect, test } from 'vitest'
import { opened } from '../../../scripts/preview/opened.ts'

test.each([
  ['status: draft\n', 'status: open\n', true],
  [
    'slug: a\nstatus: draft # until Friday\nopened: 2026-01-01\n',
    'slug: a\nstatus: open # until Friday\nopened: 2026-01-01\n',
    true,
  ],
  ['status: "draft"\n', 'status: open\n', true],
  ["status:   'draft'   \r\n", 'status:   open   \r\n', true],
  ['status: open\n# status: draft\n', 'status: open\n# status: draft\n', false],
  ['status: won\nplaces: [draft]\n', 'status: won\nplaces: [draft]\n', false],
])('a draft is opened and nothing else is changed: %j', (before, after, wasDraft) => {
  expect(opened({ 'campaign.yaml': before, 'en.md': 'status: draft\n' })).toEqual({
    files: { 'campaign.yaml': after, 'en.md': 'status: draft\n' },
    wasDraft,
  })
})
