import { expect, test } from 'vitest'
import { parseSettings } from '../../src/env.ts'
import { TEST_SETTINGS } from '../settings.ts'

const faultOf = async (sender: string) =>
  (await parseSettings({ ...TEST_SETTINGS, SENDER_ADDRESS: sender })).faults.find(
    ({ name }) => name === 'SENDER_ADDRESS',
  )

test.each([
  'campaigns@gmail.com',
  'a.b+c@GoogleMail.com',
  'union@yahoo.co.uk',
  'x@hotmail.fr',
  'x@live.com.mx',
  'x@inbox.ru',
  'x@gmx.at',
])('mail that comes from %s is refused with the reason and the way out', async (sender) => {
  const { message } = (await faultOf(sender)) ?? expect.fail('it was taken')
  const domain = sender.toLowerCase().split('@')[1] ?? ''
  expect(message).toContain(domain)
  expect(message).toContain('domain of your own')
})

test.each([
  'campaigns@example.org',
  'news@gmail.example.org',
  'x@mygmx.example',
  'x@live-music.example',
  'x@outlook.union.example.org',
])('mail may come from %s', async (sender) => expect(await faultOf(sender)).toBeUndefined())
