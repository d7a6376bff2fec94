using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;
using OtpNet;

namespace CommunityFund.People;

/// <summary>
/// The second factor: an authenticator's code (RFC 6238), or one of ten recovery codes. A code is accepted once. What stands in the
/// database is encrypted or a keyed digest, under a key that is not there.
/// </summary>
public static class SecondFactor
{
    /// <summary>The code is not the one the authenticator shows, or was used already.</summary>
    public const string WrongCode = "totp.wrong-code";

    /// <summary>There is no second factor to turn off or to renew codes for.</summary>
    public const string NotOn = "totp.not-on";

    /// <summary>It is on already.</summary>
    public const string AlreadyOn = "totp.already-on";

    public const int RecoveryCodes = 10;

    private const string Unmistakable = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int NonceBytes = 12, TagBytes = 16;

    /// <summary>The key that belongs to one setting-up: the page that shows it and the page that confirms it make the same.</summary>
    public static string NewKey(Foundation foundation, Guid settingUp, long person) => Base32Encoding.ToString(
        HMACSHA256.HashData(foundation.KeyFor("totp-key"), Encoding.UTF8.GetBytes($"{settingUp:N} {person}"))[..20]);

    /// <summary>Recovery codes that belong to one form, so that a form that is sent twice shows the same.</summary>
    public static IReadOnlyList<string> NewRecoveryCodes(Foundation foundation, Guid form, long person) =>
    [
        .. Enumerable.Range(0, RecoveryCodes).Select(i =>
        {
            byte[] bytes = HMACSHA256.HashData(foundation.KeyFor("recovery-code-new"), Encoding.UTF8.GetBytes($"{form:N} {person} {i}"));
            string signs = string.Concat(Enumerable.Range(0, 10)
                .Select(at => Unmistakable[((bytes[2 * at] << 8) | bytes[(2 * at) + 1]) % Unmistakable.Length]));
            return $"{signs[..5]}-{signs[5..]}";
        }),
    ];

    /// <summary>Whether what was typed is the person's code now: true once, then the code is spent.</summary>
    /// <param name="recovery">True if it was a recovery code.</param>
    public static async Task<(bool Accepted, bool Recovery)> Accept(
        FundDb db, Foundation foundation, Login login, string? typed, CancellationToken ct)
    {
        string code = Bare(typed);
        Instant now = foundation.Clock.GetCurrentInstant();
        if (login.TotpKey is null)
        {
            return (false, false);
        }

        if (Step(Open(foundation, login), code, now) is { } step)
        {
            return (await db.Database.ExecuteSqlAsync(
                $"update login set totp_last_step = {step} where id = {login.Id} and totp_last_step < {step}", ct) == 1, false);
        }

        byte[] digest = Digest(foundation, login.Id, code);
        return (await db.Database.ExecuteSqlAsync(
            $"""
            update recovery_code set used_at = {now.ToDateTimeUtc()}
             where login_id = {login.Id} and digest = {digest} and used_at is null
            """,
            ct) == 1, true);
    }

    /// <summary>The step whose code this is, one before and one after now allowed for slow hands and wrong clocks.</summary>
    internal static long? Step(byte[] key, string code, Instant now) =>
        code.Length == 6 && code.All(char.IsAsciiDigit)
        && new Totp(key).VerifyTotp(now.ToDateTimeUtc(), code, out long step, new VerificationWindow(1, 1)) ? step : null;

    internal static byte[] Seal(Foundation foundation, long login, byte[] key)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(NonceBytes), sealedKey = new byte[key.Length], tag = new byte[TagBytes];
        using AesGcm cipher = new(foundation.KeyFor("totp-seal"), TagBytes);
        cipher.Encrypt(nonce, key, sealedKey, tag, BitConverter.GetBytes(login));
        return [.. nonce, .. tag, .. sealedKey];
    }

    internal static void WriteCodes(Work work, long login, IEnumerable<string> codes) =>
        work.Db.AddRange(codes.Select(code => new RecoveryCode
        {
            LoginId = login,
            Digest = Digest(work.Foundation, login, Bare(code)),
            MadeAt = work.Now,
        }));

    internal static async Task Forget(Work work, long person, string outcome, CancellationToken ct)
    {
        Login login = await Login.Locked(work, person, ct) ?? throw new RefusedException(GrantRole.UnknownPerson);
        login.SetTotp(null, null);
        await work.Db.Set<RecoveryCode>().Where(row => row.LoginId == login.Id).ExecuteDeleteAsync(ct);
        work.Db.Add(new SignInLog { HappenedAt = work.Now, LoginId = login.Id, Outcome = outcome });
    }

    private static byte[] Open(Foundation foundation, Login login)
    {
        ReadOnlySpan<byte> stored = login.TotpKey;
        byte[] key = new byte[stored.Length - NonceBytes - TagBytes];
        using AesGcm cipher = new(foundation.KeyFor("totp-seal"), TagBytes);
        cipher.Decrypt(stored[..NonceBytes], stored[(NonceBytes + TagBytes)..], stored.Slice(NonceBytes, TagBytes), key,
            BitConverter.GetBytes(login.Id));
        return key;
    }

    private static string Bare(string? typed) =>
        string.Concat((typed ?? "").Where(char.IsAsciiLetterOrDigit).Take(40)).ToLowerInvariant();

    private static byte[] Digest(Foundation foundation, long login, string code) =>
        HMACSHA256.HashData(foundation.KeyFor("recovery-code"), Encoding.UTF8.GetBytes($"{login} {code}"));
}

/// <summary>A way in without the authenticator, once.</summary>
public sealed class RecoveryCode
{
    public required long LoginId { get; init; }

    public required byte[] Digest { get; init; }

    public required Instant MadeAt { get; init; }

    public Instant? UsedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<RecoveryCode>
    {
        public void Configure(EntityTypeBuilder<RecoveryCode> entity) => entity.HasKey(row => new { row.LoginId, row.Digest });
    }
}
