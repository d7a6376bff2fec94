using CommunityFund.Books;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.People;

/// <summary>How a person signs in: ASP.NET Core Identity's user, less what we do not ask for.</summary>
public sealed class Login : IdentityUser<long>
{
    public required long PersonId { get; init; }

    public bool MustChangePassword { get; set; }

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
        login.PasswordHash = new PasswordHasher<Login>().HashPassword(login, password);
        return login;
    }

    /// <summary>The login for writing: a sign-in under way waits, and then sees what was written here.</summary>
    internal static async Task<Login?> Locked(Work work, long person, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync($"select 1 from login where person_id = {person} for no key update", ct);
        return await work.Db.Set<Login>().SingleOrDefaultAsync(login => login.PersonId == person, ct);
    }

    internal void Renew(string password, bool mustChange)
    {
        PasswordHash = new PasswordHasher<Login>().HashPassword(this, password);
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

    /// <summary>signed-in, wrong-password, unknown-name, locked-out, no-role, signed-out, password-changed or
    /// password-reset.</summary>
    public required string Outcome { get; init; }

    public string UserAgent { get; init; } = "";

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
