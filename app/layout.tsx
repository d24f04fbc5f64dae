import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { ImpersonationBanner } from '@/components/impersonation/impersonation-banner'
import { findLook } from '@/lib/http/require-user'
import { stopLooking } from './admin/impersonation/actions'
import { mono, sans } from './fonts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Talktime', template: '%s · Talktime' },
  description: 'Balance, numbers and payments of your Talktime account.',
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fafafa' },
    { media: '(prefers-color-scheme: dark)', color: '#0b0c0e' },
  ],
}

/** Every page is rendered on request: a prerendered one has no nonce, and the policy would block its scripts. */
export default async function RootLayout({ children }: Readonly<{ children: ReactNode }>) {
  await connection()
  const look = await findLook()
  return (
    <html lang="en" className={`${sans.variable} ${mono.variable}`}>
      <body className={look === null ? undefined : '[--banner:3rem]'}>
        {look !== null && <ImpersonationBanner {...look} stop={stopLooking} />}
        {children}
      </body>
    </html>
  )
}
