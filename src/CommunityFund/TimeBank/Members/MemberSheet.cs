using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Members;

/// <summary>Somebody close to a member.</summary>
public sealed record CloseMember(long Person, string Name, MemberKind Kind, string Number);

/// <summary>One member as the coordinator sees the person; the code of the card is only on paper.</summary>
/// <param name="Together">Who lives in the same household.</param>
/// <param name="Wards">For whom the member answers.</param>
/// <param name="MayChange">Whether the reader runs the programme and neither is nor is close to the member.</param>
/// <param name="MayPrint">Whether the reader runs the programme.</param>
public sealed record MemberView(
    int Programme, string ProgrammeName, long Person, string Name, string Number, MemberKind Kind, string Community, string Household,
    IReadOnlyList<CloseMember> Together, CloseMember? Guardian, IReadOnlyList<CloseMember> Wards, LocalDate? BornOn, LocalDate? LeftOn,
    string AddedBy, Instant AddedAt, Amount Hours, Amount Points, Amount InRedemption, bool MayChange, bool MayPrint)
{
    /// <summary>Whether the person takes part.</summary>
    public bool TakesPart => LeftOn is null;
}

/// <summary>The page of one member: household, guardian, card and what the person holds.</summary>
public sealed record MemberSheet(long Person) : Query<MemberView>
{
    internal override Need Needs => Need.Any(Programme.Readers);

    internal override async Task<MemberView> Answer(Work work, CancellationToken ct)
    {
        Member member = await Member.Find(work, Person, ct) ?? throw new RefusedException(Member.Unknown);
        work.Rights.Require(Need.Any(Programme.Readers).For(member.FundId), work.Rights.IsOperator);
        List<Member> close = await work.Db.Set<Member>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.PersonId != Person && row.LeftOn == null
                && (row.PersonId == member.GuardianId || row.GuardianId == Person
                    || member.HouseholdId != null && row.HouseholdId == member.HouseholdId))
            .OrderBy(row => row.PersonId).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, [.. close.Select(row => (long?)row.PersonId), member.PersonId, member.AddedBy], ct);
        HolderBalance? held = await work.Db.Set<HolderBalance>().AsNoTracking().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.FundId == member.FundId && row.PersonId == Person, ct);
        string household = member.HouseholdId is { } home ? await work.Db.Set<Household>()
            .Where(row => row.BookId == work.Book && row.HouseholdId == home).Select(row => row.Label).SingleAsync(ct) : "";
        bool runs = work.Rights.Reaches(Programme.Hands, member.FundId);
        return new MemberView(
            member.FundId, (await work.FundById(member.FundId, ct)).Name, Person, names[Person], member.Number, member.Kind, member.Community,
            household,
            [.. close.Where(row => member.HouseholdId is { } same && row.HouseholdId == same).Select(Of)],
            close.Where(row => row.PersonId == member.GuardianId).Select(Of).FirstOrDefault(),
            [.. close.Where(row => row.GuardianId == Person).Select(Of)],
            member.BornOn, member.LeftOn, names[member.AddedBy], member.AddedAt,
            Amount.OfUnits(held?.Hours ?? 0, Commodity.Hour), Amount.OfUnits(held?.Points ?? 0, Commodity.Point),
            Amount.OfUnits(held?.InRedemption ?? 0, Commodity.Point),
            runs && work.Actor is { } actor && !await Member.AreClose(work, actor, Person, ct), runs);

        CloseMember Of(Member row) => new(row.PersonId, names[row.PersonId], row.Kind, row.Number);
    }
}
