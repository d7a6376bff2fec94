using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>Why hours are given away; a choice, so that no name gets into the books.</summary>
public enum HourReason
{
    /// <summary>Somebody needs help.</summary>
    Help,

    /// <summary>For one's own family.</summary>
    Family,

    /// <summary>Out of gratitude.</summary>
    Thanks,

    /// <summary>For whoever needs it.</summary>
    Shared,
}

/// <summary>转赠, 捐入时间池: hours that a holder gave to another or to the pool, and the slip that was signed where there is no phone.</summary>
public sealed class HourGift
{
    /// <summary>Nothing, or more than a life has.</summary>
    public const string BadMinutes = "hour-gift.bad-minutes";

    /// <summary>To oneself.</summary>
    public const string ToOneself = "hour-gift.to-oneself";

    /// <summary>Nobody of this programme has that number.</summary>
    public const string NobodyThere = "hour-gift.nobody-there";

    /// <summary>The receiver would hold more than the rules let one person store.</summary>
    public const string BeyondStored = "hour-gift.beyond-stored";

    /// <summary>Whoever writes it down is close to the receiver.</summary>
    public const string Close = "hour-gift.close";

    /// <summary>Some of it is kept for help that was asked for.</summary>
    public const string Spoken = "hour-gift.spoken-for";

    internal const long Most = 600_000;

    public required int BookId { get; init; }

    public required long EntryNo { get; init; }

    public required int FundId { get; init; }

    public required long FromId { get; init; }

    /// <summary>Null for the pool.</summary>
    public long? ToId { get; init; }

    public required long Minutes { get; init; }

    public required HourReason Reason { get; init; }

    /// <summary>The signed slip, where a coordinator wrote it down.</summary>
    public long? FiledDocumentId { get; init; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    /// <summary>Posts it; that the giver has as much is for the database to say.</summary>
    /// <param name="to">Null for the pool.</param>
    /// <param name="maker">The giver, or the coordinator who holds the slip.</param>
    /// <returns>The entry.</returns>
    internal static async Task<long> Post(
        Work work, Member from, Member? to, long minutes, HourReason reason, long maker, long? slip, CancellationToken ct)
    {
        RefuseBad(minutes);
        Fund programme = await Programme.Of(work, from.FundId, ct);
        if (to?.PersonId == from.PersonId)
        {
            throw new RefusedException(ToOneself);
        }

        // Two who give to one person at once come one after the other, and so do a gift and a request of the giver.
        await ServiceWish.Lock(work, to is null ? [from.PersonId] : [from.PersonId, to.PersonId], ct);
        HoursLeft left = await HoursLeft.Of(work, programme.FundId, from.PersonId, ct);
        if (left.SpokenFor > 0 && minutes > left.Free)
        {
            throw new RefusedException(Spoken, ("has", ServiceWish.Hours(left.Held)), ("spoken", ServiceWish.Hours(left.SpokenFor)),
                ("free", ServiceWish.Hours(Math.Max(0, left.Free))));
        }

        if (to is not null)
        {
            await RefuseBeyond(work, programme, to.PersonId, minutes, ct);
        }

        Chart chart = await work.ChartOn(work.Today, ct);
        Amount amount = Amount.OfUnits(minutes, Commodity.Hour);
        JournalEntry entry = JournalEntry.On(work.Today, to is null ? "捐入时间池" : "转赠时间")
            .Debit(chart[to is null ? "hours-pool" : "hours-held"], programme.Code, amount, new Tags(Counterparty: to?.PersonId))
            .Credit(chart["hours-held"], programme.Code, amount, new Tags(Counterparty: from.PersonId)).Balanced();
        PostedNumber posted = (await new UnitDoor(work, programme).PostByRule(
            [new UnitEntry(to is null ? UnitKind.HoursDonated : UnitKind.HoursGiven, entry)], ct, maker))[0];
        work.Db.Add(new HourGift
        {
            BookId = work.Book,
            EntryNo = posted.EntryNo,
            FundId = programme.FundId,
            FromId = from.PersonId,
            ToId = to?.PersonId,
            Minutes = minutes,
            Reason = reason,
            FiledDocumentId = slip,
            MadeBy = maker,
            MadeAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return posted.EntryNo;
    }

    /// <exception cref="RefusedException">Nothing, or too much to be true.</exception>
    internal static void RefuseBad(long minutes)
    {
        if (minutes is <= 0 or > Most)
        {
            throw new RefusedException(BadMinutes);
        }
    }

    /// <exception cref="RefusedException">The person would hold more than the rules let one person store.</exception>
    internal static async Task RefuseBeyond(Work work, Fund programme, long person, long minutes, CancellationToken ct)
    {
        ProgrammeRule rule = await ProgrammeRule.On(work, programme, work.Today, ct);
        long held = await work.Db.Set<HolderBalance>()
            .Where(row => row.BookId == work.Book && row.FundId == programme.FundId && row.PersonId == person)
            .Select(row => row.Hours).SingleOrDefaultAsync(ct);
        if (held + minutes > rule.StoredCap)
        {
            throw new RefusedException(BeyondStored, ("cap", Amount.OfUnits(rule.StoredCap, Commodity.Hour)),
                ("room", Amount.OfUnits(Math.Max(0, rule.StoredCap - held), Commodity.Hour)));
        }
    }

    /// <summary>The member whose number was typed.</summary>
    /// <exception cref="RefusedException">Nobody of this programme has it.</exception>
    internal static async Task<Member> Receiver(Work work, int programme, string number, CancellationToken ct)
    {
        string asked = PlainText.Digits(number);
        return await work.Db.Set<Member>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.FundId == programme
            && row.Number == asked && row.LeftOn == null, ct) ?? throw new RefusedException(NobodyThere, ("number", asked));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<HourGift>
    {
        public void Configure(EntityTypeBuilder<HourGift> entity)
        {
            entity.HasKey(row => new { row.BookId, row.EntryNo });
            entity.Property(row => row.Reason).AsCode();
        }
    }
}
