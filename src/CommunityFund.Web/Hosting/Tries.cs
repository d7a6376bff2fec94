using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.People;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Web.Hosting;

/// <summary>
/// How many passwords and codes may be tried at one door in a quarter of an hour: few for an account, more for an address, behind
/// which a whole office may sit. A try is written down before it is looked at, so that many at once count too; what succeeds is taken
/// off again. Kept in the database, for all web processes together, as digests.
/// </summary>
public sealed class Tries(Foundation foundation)
{
    public const int PerAccount = 10, PerAddress = 60;

    private static readonly Duration Window = Duration.FromMinutes(15);

    /// <summary>Null if the door stays shut for now.</summary>
    public async Task<Try?> Begin(string account, string? address, CancellationToken ct)
    {
        Instant now = foundation.Clock.GetCurrentInstant(), from = now - Window, old = now - Duration.FromDays(1);
        List<(byte[] Bucket, int Limit)> buckets = [(Digest($"account {account}"), PerAccount)];
        if (address is not null)
        {
            buckets.Add((Digest($"address {address}"), PerAddress));
        }

        await using FundDb db = foundation.Open();
        await db.Set<SignInTry>().Where(row => row.TriedAt < old).ExecuteDeleteAsync(ct);
        List<SignInTry> mine = [.. buckets.Select(bucket => new SignInTry { Bucket = bucket.Bucket, TriedAt = now })];
        db.AddRange(mine);
        await db.SaveChangesAsync(ct);
        long[] ids = [.. mine.Select(row => row.SignInTryId)];
        foreach (var (bucket, limit) in buckets)
        {
            if (await db.Set<SignInTry>().CountAsync(row => row.Bucket == bucket && row.TriedAt > from, ct) > limit)
            {
                // What was not looked at does not keep the door shut any longer.
                await db.Set<SignInTry>().Where(row => ids.Contains(row.SignInTryId)).ExecuteDeleteAsync(ct);
                return null;
            }
        }

        return new Try(ids, buckets[0].Bucket);
    }

    /// <summary>The person was who she said; earlier mistakes are forgotten.</summary>
    public async Task Succeeded(Try attempt, CancellationToken ct)
    {
        await using FundDb db = foundation.Open();
        await db.Set<SignInTry>().Where(row => attempt.Rows.Contains(row.SignInTryId) || row.Bucket == attempt.Account)
            .ExecuteDeleteAsync(ct);
    }

    /// <summary>Something else said no, so nothing was tried; earlier mistakes still count.</summary>
    public async Task TakeBack(Try attempt, CancellationToken ct)
    {
        await using FundDb db = foundation.Open();
        await db.Set<SignInTry>().Where(row => attempt.Rows.Contains(row.SignInTryId)).ExecuteDeleteAsync(ct);
    }

    private byte[] Digest(string of) => HMACSHA256.HashData(foundation.KeyFor("sign-in-tries"), Encoding.UTF8.GetBytes(of));
}

/// <summary>A try that was let through.</summary>
public sealed record Try(IReadOnlyList<long> Rows, byte[] Account);
