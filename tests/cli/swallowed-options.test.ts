import { expect, test } from 'vitest'
import { buildProgram, everyCommand } from '../../src/cli/program/program.ts'
import { swallowedOptions } from '../../src/cli/program/swallowed-options.ts'

const program = buildProgram()

/** What npm leaves in the environment of `npm run` when `options` stand before the `--`. */
const swallowed = (args: string[], options: Record<string, string>) =>
  swallowedOptions(program, args, {
    npm_lifecycle_event: 'tocsin',
    npm_config_user_agent: 'npm/11.19.1',
    npm_config_noproxy: '',
    npm_config_cache: '/home/a/.npm',
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [`npm_config_${name}`, value])),
  })

test('an option that npm took for itself ends the command before it begins: send X --dry-run would send', () => {
  const words = swallowed(['send', 'harbour-strike'], { dry_run: 'true', test_to: 'a@example.org' })
  expect(words).toContain('npm has taken --dry-run, --test-to for itself')
  expect(words).toContain('npm run tocsin -- send')
  for (const command of everyCommand(program))
    for (const { long } of command.options) {
      const name = long?.replace(/^--(no-)?/, '') ?? ''
      if (['yes', 'json'].includes(name)) continue
      const path = command.parent?.parent ? [command.parent.name(), command.name()] : [command.name()]
      expect([path, name, swallowed(path, { [name.replaceAll('-', '_')]: 'true' })]).not.toContain(undefined)
    }
})

test('so does one with a letter wrong', () => {
  for (const name of ['dry_ru', 'dri_run', 'ratte', 'locale', 'test_too'])
    expect([name, swallowed(['send', 'harbour-strike'], { [name]: 'true' })]).not.toContain(undefined)
})

test('npm’s own settings, and commands outside npm, are left alone', () => {
  expect(
    swallowed(['send', 'harbour-strike'], { yes: 'true', scope: '@union', prefix: '/usr', audit: '' }),
  ).toBeUndefined()
  expect(swallowed(['tokens', 'add', 'maria'], { scope: '@union' })).toBeUndefined()
  expect(swallowed(['send', 'harbour-strike'], { dry_run: '' })).toBeUndefined()
  expect(swallowedOptions(program, ['send'], { npm_config_dry_run: 'true' })).toBeUndefined()
})
