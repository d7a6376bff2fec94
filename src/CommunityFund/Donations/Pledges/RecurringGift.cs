using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations.Pledges;

/// <summary>月捐: somebody gives the same on the same day of every month until it is ended.</summary>
public sealed class RecurringGift
{
    /// <summary>There is no such monthly gift, or it was ended.</summary>
    public const string NotRunning = "recurring.not-running";

    /// <summary>How many months ahead gifts are expected.</summary>
    public const int MonthsAhead = 3;

    public required int BookId { get; init; }

    public long RecurringGiftId { get; init; }

    public required long DonorId { get; init; }

    public required int FundId { get; init; }

    public required long Units { get; init; }

    /// <summary>1 to 28, so that every month has it.</summary>
    public required short DayOfMonth { get; init; }

    public required LocalDate BeginsOn { get; init; }

    public required Restriction Restriction { get; init; }

    public required string Clause { get; init; }

    public required long NotedBy { get; init; }

    public required Instant NotedAt { get; init; }

    public long? EndedBy { get; set; }

    public Instant? EndedAt { get; set; }

    public string Reason { get; set; } = "";

    /// <summary>What the donor is asked to write beside the transfer.</summary>
    internal static string CodeOf(long id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"YJ{id}");

    /// <summary>The days on which it is due, up to some months from today.</summary>
    internal IEnumerable<LocalDate> Dues(LocalDate today)
    {
        LocalDate first = new(BeginsOn.Year, BeginsOn.Month, DayOfMonth), last = today.PlusMonths(MonthsAhead);
        first = first < BeginsOn ? first.PlusMonths(1) : first;
        for (LocalDate due = first; due <= last; due = due.PlusMonths(1))
        {
            yield return due;
        }
    }

    internal sealed class Mapping : IEntityTypeConfiguration<RecurringGift>
    {
        public void Configure(EntityTypeBuilder<RecurringGift> entity)
        {
            entity.HasKey(row => new { row.BookId, row.RecurringGiftId });
            entity.Property(row => row.RecurringGiftId).ValueGeneratedOnAdd();
            entity.Property(row => row.Restriction).AsCode();
        }
    }
}

/// <summary>配捐: a partner gives so much for every 100 that others give to a fund within a time, up to a cap.</summary>
public sealed class MatchingPromise
{
    /// <summary>There is no such promise.</summary>
    public const string Unknown = "matching.unknown";

    public required int BookId { get; init; }

    public long MatchingPromiseId { get; init; }

    public required long PartnerId { get; init; }

    public required int FundId { get; init; }

    /// <summary>Yuan for every 100 yuan that others give.</summary>
    public required int PerHundred { get; init; }

    public required long CapUnits { get; init; }

    public required LocalDate FromDay { get; init; }

    public required LocalDate UntilDay { get; init; }

    public required Restriction Restriction { get; init; }

    public required string Clause { get; init; }

    /// <summary>Where the promise stands.</summary>
    public required string About { get; init; }

    public required long NotedBy { get; init; }

    public required Instant NotedAt { get; init; }

    internal static string CodeOf(long id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PJ{id}");

    /// <summary>What is due for gifts of a sum: rounded down to the fen, never above the cap.</summary>
    internal Amount DueFor(Amount given)
    {
        Amount whole = Amount.Fen(checked((long)((Int128)given.Units * PerHundred / 100))), cap = Amount.Fen(CapUnits);
        return whole < cap ? whole : cap;
    }

    internal sealed class Mapping : IEntityTypeConfiguration<MatchingPromise>
    {
        public void Configure(EntityTypeBuilder<MatchingPromise> entity)
        {
            entity.HasKey(row => new { row.BookId, row.MatchingPromiseId });
            entity.Property(row => row.MatchingPromiseId).ValueGeneratedOnAdd();
            entity.Property(row => row.Restriction).AsCode();
        }
    }
}

/// <summary>A gift that is waited for: of a monthly giver or of a partner who matches.</summary>
public sealed class ExpectedGift
{
    public required int BookId { get; init; }

    public long ExpectedGiftId { get; init; }

    public long? RecurringGiftId { get; init; }

    public long? MatchingPromiseId { get; init; }

    public required LocalDate DueOn { get; init; }

    public required long Units { get; init; }

    public long? ExpectationId { get; set; }

    /// <summary>The gift that it became.</summary>
    public long? DonationId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ExpectedGift>
    {
        public void Configure(EntityTypeBuilder<ExpectedGift> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ExpectedGiftId });
            entity.Property(row => row.ExpectedGiftId).ValueGeneratedOnAdd();
        }
    }
}
