import { expect, test } from 'vitest'
import { addresseesOf } from '../../../src/actions/letters/addressees.ts'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { ferry } from '../../support/campaign.ts'

const copies = (id: string, email: string[]): Campaign['copies'][number] => ({ id, name: id, channels: { email } })

const addressesOf = (campaign: Campaign) =>
  Object.fromEntries([...addresseesOf(campaign)].map(([key, { addresses }]) => [key, addresses]))

test('an address in two lists of copies gets one copy in any spelling; as a target it also gets letters', () => {
  const [target] = ferry.targets
  if (target === undefined) throw new Error('the ferry has no target')
  const to = (id: string, email: string[]): Campaign['targets'][number] => ({
    ...target,
    id,
    ladder: ['each'],
    channels: { email },
  })
  const listed = addressesOf({
    ...ferry,
    targets: [to('one', ['director@line.example']), to('two', ['owner@line.example', 'Director@Line.example'])],
    copies: [
      copies('deputy', ['deputy@state.example', 'Deputy@state.example']),
      copies('office', ['deputy@STATE.example', 'director@line.example']),
    ],
    support: [],
  })
  expect(listed).toEqual({
    one: ['director@line.example'],
    two: ['owner@line.example'],
    'copies:deputy': ['deputy@state.example'],
    'copies:office': ['director@line.example'],
  })
})
