import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const sources = ['src/**/*.{ts,tsx}', 'emails/**/*.{mjml,liquid}', 'scripts/**/*.ts']
  .flatMap((pattern) => globSync(pattern))
  .filter((path) => !path.includes('.gen.'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')

type Strings = { [name: string]: string | Strings }

const keysOf = (strings: Strings, before = ''): string[] =>
  Object.entries(strings).flatMap(([name, value]) =>
    typeof value === 'string' ? [before + name] : keysOf(value, `${before}${name}.`),
  )

/** Whether some code names the key, whole or put together: a beginning before a variable, or an end after one. */
const isUsed = (key: string): boolean =>
  sources.includes(key) ||
  [...key.matchAll(/[.-]/g)].some(({ index }) => {
    const [start, end] = [key.slice(0, index + 1), key.slice(index)]
    return sources.includes(`${start}\${`) || sources.includes(`}${end}\``) || sources.includes(`'${end}'`)
  })

test.each(['emails/strings/en.yaml', 'strings/en.yaml'])('no text of %s is without a use', (path) => {
  const keys = keysOf(parse(readFileSync(path, 'utf8')) as Strings)
  expect(keys.length).toBeGreaterThan(100)
  expect(keys.filter((key) => !isUsed(key))).toEqual([])
})

test('a text that nothing uses is found', () => {
  expect(['welcome.leave', 'letter.nobody-asks', 'nowhere.title-of-nothing'].filter(isUsed)).toEqual([])
})
