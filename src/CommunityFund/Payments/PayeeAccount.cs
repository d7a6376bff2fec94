using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>Where somebody is paid. One counts at a time; another takes its place, and is left alone for a day.</summary>
public sealed partial class PayeeAccount
{
    /// <summary>The number or the bank's name has another shape.</summary>
    public const string BadNumber = "payee.bad-number";

    /// <summary>The payee has no account yet.</summary>
    public const string Missing = "payee.account-missing";

    /// <summary>An account that took another's place is paid to only after so many hours.</summary>
    public const int CoolingHours = 24;

    public required int BookId { get; init; }

    public long PayeeAccountId { get; init; }

    public required long PayeeId { get; init; }

    /// <summary>The name on the account.</summary>
    public required long HolderId { get; init; }

    public required string Number { get; init; }

    public required string BankName { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    public long? CheckedBy { get; set; }

    public Instant? CheckedAt { get; set; }

    public long? EndedBy { get; set; }

    public Instant? EndedAt { get; set; }

    /// <summary>The payee's account from now on: the one there is if it says the same, else a new one in its place.</summary>
    internal static async Task<PayeeAccount> Set(Work work, long payee, long holder, string number, string bank, CancellationToken ct)
    {
        string digits = PlainText.Of(number).Replace(" ", "", StringComparison.Ordinal);
        string name = PlainText.Of(bank);
        if (!Shape().IsMatch(digits) || name.Length is 0 or > 60)
        {
            throw new RefusedException(BadNumber, ("typed", digits));
        }

        await work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('payee'), {(int)(payee % int.MaxValue)})", ct);
        PayeeAccount? current = await Current(work, payee).SingleOrDefaultAsync(ct);
        if (current is not null && current.Number == digits && current.BankName == name && current.HolderId == holder)
        {
            return current;
        }

        if (current is not null)
        {
            (current.EndedBy, current.EndedAt) = (work.ActorId, work.Now);
            await work.Db.SaveChangesAsync(ct);
        }

        PayeeAccount account = new()
        {
            BookId = work.Book,
            PayeeId = payee,
            HolderId = holder,
            Number = digits,
            BankName = name,
            AddedBy = work.ActorId,
            AddedAt = work.Now,
        };
        work.Db.Add(account);
        await work.Db.SaveChangesAsync(ct);
        return account;
    }

    internal static IQueryable<PayeeAccount> Current(Work work, long payee) => work.Db.Set<PayeeAccount>()
        .Where(row => row.BookId == work.Book && row.PayeeId == payee && row.EndedAt == null);

    [GeneratedRegex(@"\A[0-9A-Za-z@._-]{4,40}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Shape();

    internal sealed class Mapping : IEntityTypeConfiguration<PayeeAccount>
    {
        public void Configure(EntityTypeBuilder<PayeeAccount> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PayeeAccountId });
            entity.Property(row => row.PayeeAccountId).ValueGeneratedOnAdd();
        }
    }
}
