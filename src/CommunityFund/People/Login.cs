using CommunityFund.Books;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.People;

/// <summary>How a person signs in: ASP.NET Core Identity's user, less what we do not ask for.</summary>
public sealed class Login : IdentityUser<long>
{
    /// <summary>Stretches passwords by Identity's own number of rounds. Tests, which make logins by the thousand, stretch them less.</summary>
    public static PasswordHasher<Login> Hasher { get; internal set; } = new();

    public required long PersonId { get; init; }

    public bool MustChangePassword { get; set; }

    /// <summary>The authenticator's key, encrypted; null while signing in needs no second factor.</summary>
    public byte[]? TotpKey { get; private set; }

    public Instant? TotpSince { get; private set; }

    /// <summary>The time step of the last code that was accepted: none is accepted twice.</summary>
    public long TotpLastStep { get; private set; }

    /// <summary>Another key, or none; whoever holds an older copy of the row writes it no more.</summary>
    internal void SetTotp(byte[]? key, Instant? since) =>
        (TotpKey, TotpSince, ConcurrencyStamp) = (key, since, Guid.NewGuid().ToString("N"));

    internal static Login For(long person, string userName, string password, bool mustChange)
    {
        Login login = new()
        {
            PersonId = person,
            UserName = userName,
            NormalizedUserName = userName.ToUpperInvariant(),
            SecurityStamp = Guid.NewGuid().ToString("N"),
            LockoutEnabled = true,
            MustChangePassword = mustChange,
        };
        login.PasswordHash = Hasher.HashPassword(login, password);
        return login;
    }

    /// <summary>The login for writing: a sign-in under way waits, and then sees what was written here.</summary>
    internal static async Task<Login?> Locked(Work work, long person, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync($"select 1 from login where person_id = {person} for no key update", ct);
        return await work.Db.Set<Login>().SingleOrDefaultAsync(login => login.PersonId == person, ct);
    }

    /// <summary>Ends what is open under the person's name, but for one session to be spared.</summary>
    internal static async Task EndSessions(Work work, long person, string keep, CancellationToken ct)
    {
        long login = await work.Db.Set<Login>().Where(row => row.PersonId == person).Select(row => row.Id).SingleOrDefaultAsync(ct);
        if (await work.Db.Set<SignInSession>().Where(session => session.LoginId == login && session.SessionId != keep)
            .ExecuteDeleteAsync(ct) > 0)
        {
            work.Db.Add(new SignInLog { HappenedAt = work.Now, LoginId = login, Outcome = "sessions-ended" });
        }
    }

    internal void Renew(string password, bool mustChange)
    {
        PasswordHash = Hasher.HashPassword(this, password);
        SecurityStamp = Guid.NewGuid().ToString("N");
        ConcurrencyStamp = Guid.NewGuid().ToString("N");
        MustChangePassword = mustChange;
    }

    internal sealed class Mapping : IEntityTypeConfiguration<Login>
    {
        public void Configure(EntityTypeBuilder<Login> entity)
        {
            entity.HasKey(login => login.Id);
            entity.Property(login => login.ConcurrencyStamp).IsConcurrencyToken();

            // Identity writes whole rows as it once read them; a spent code would come back with one.
            entity.Property(login => login.TotpLastStep).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
            entity.Property(login => login.UserName).IsRequired();
            entity.Property(login => login.NormalizedUserName).IsRequired();
            entity.Property(login => login.PasswordHash).IsRequired();
            entity.Property(login => login.SecurityStamp).IsRequired();
            entity.Property(login => login.ConcurrencyStamp).IsRequired();
            entity.Ignore(login => login.Email).Ignore(login => login.NormalizedEmail).Ignore(login => login.EmailConfirmed)
                .Ignore(login => login.PhoneNumber).Ignore(login => login.PhoneNumberConfirmed)
                .Ignore(login => login.TwoFactorEnabled);
        }
    }
}

/// <summary>A server-side session; the cookie holds only its id.</summary>
public sealed class SignInSession
{
    public required string SessionId { get; init; }

    public required long LoginId { get; init; }

    public required byte[] Ticket { get; set; }

    public required Instant CreatedAt { get; init; }

    public required Instant LastSeenAt { get; set; }

    public required Instant ExpiresAt { get; set; }

    public string UserAgent { get; init; } = "";

    /// <summary>Where from, without the last part of the address.</summary>
    public string Address { get; init; } = "";

    public Instant? ProvedAt { get; set; }

    public Instant? ProofUsedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<SignInSession>
    {
        public void Configure(EntityTypeBuilder<SignInSession> entity) => entity.HasKey(session => session.SessionId);
    }
}

/// <summary>Identity's own writes are outside commands; this is their log.</summary>
public sealed class SignInLog
{
    public long SignInLogId { get; init; }

    public required Instant HappenedAt { get; init; }

    public long? LoginId { get; init; }

    /// <summary>One of those the schema lists; each has words.</summary>
    public required string Outcome { get; init; }

    public string UserAgent { get; init; } = "";

    public string Address { get; init; } = "";

    internal sealed class Mapping : IEntityTypeConfiguration<SignInLog>
    {
        public void Configure(EntityTypeBuilder<SignInLog> entity) => entity.HasKey(row => row.SignInLogId);
    }
}

/// <summary>A key of ASP.NET Core Data Protection, in the database so that every web process reads every cookie.</summary>
public sealed class DataProtectionKey
{
    public long DataProtectionKeyId { get; init; }

    public required string FriendlyName { get; init; }

    public required string Xml { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<DataProtectionKey>
    {
        public void Configure(EntityTypeBuilder<DataProtectionKey> entity) => entity.HasKey(key => key.DataProtectionKeyId);
    }
}

/// <summary>A try to sign in that is under way or failed; see the site's door.</summary>
public sealed class SignInTry
{
    public long SignInTryId { get; init; }

    public required byte[] Bucket { get; init; }

    public required Instant TriedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<SignInTry>
    {
        public void Configure(EntityTypeBuilder<SignInTry> entity) => entity.HasKey(row => row.SignInTryId);
    }
}

/// <summary>A browser that somebody signed in with before.</summary>
public sealed class KnownDevice
{
    public required long LoginId { get; init; }

    public required byte[] Digest { get; init; }

    public required Instant LastUsed { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<KnownDevice>
    {
        public void Configure(EntityTypeBuilder<KnownDevice> entity) => entity.HasKey(row => new { row.LoginId, row.Digest });
    }
}
