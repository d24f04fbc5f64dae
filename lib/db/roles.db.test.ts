import { readFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()
// Roles belong to the whole server, which other suites share.
const prefix = `t${randomBytes(4).toString('hex')}_`
const script = readFileSync(new URL('./roles.sql', import.meta.url), 'utf8').replaceAll('talktime_', prefix)
const admin = `${prefix}admin`
const roles = ['owner', 'app', 'readonly'].map((name) => `${prefix}${name}`)

let superuser: postgres.Sql
let administrator: postgres.Sql

beforeAll(async () => {
  superuser = postgres(suite.superuserUrl, { max: 1, onnotice: () => {} })
  const url = new URL(suite.superuserUrl)
  await superuser.unsafe(`create role ${admin} login createrole createdb password '${url.password}'`)
  url.username = admin
  administrator = postgres(url.href, { max: 1, onnotice: () => {} })
})

afterAll(async () => {
  await administrator.end({ timeout: 5 })
  await superuser.unsafe(`drop database if exists ${prefix}db`)
  for (const role of [...roles, admin]) await superuser.unsafe(`drop role if exists ${role}`)
  await superuser.end({ timeout: 5 })
})

test('an administrator who is no superuser makes the roles and their database, as often as need be', async () => {
  for (let time = 0; time < 2; time++) await administrator.unsafe(script)
  await administrator.unsafe(`grant ${prefix}owner to current_user`)
  await administrator.unsafe(`create database ${prefix}db owner ${prefix}owner`)
  const made = await administrator`
    select rolname from pg_roles where rolname = any (${roles}) and rolcanlogin and not rolsuper order by 1`
  expect(made.map((row) => String(row['rolname']))).toEqual([...roles].sort())
})

test('a role that may do more than sign in is not taken for one of the product’s', async () => {
  await superuser.unsafe(`alter role ${prefix}app bypassrls`)
  await expect(administrator.unsafe(script)).rejects.toThrow(/may do more than sign in/)
  await superuser.unsafe(`alter role ${prefix}app nobypassrls`)
})
