using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Members;

/// <summary>Where a member lives, with whom, who answers for the person, and the birthday. Who is close confirms no hours, so nobody changes
/// that of oneself or of somebody close.</summary>
/// <param name="Household">Word for who lives together; empty for nobody.</param>
public sealed record ChangeMember(
    Guid Key, long Person, string Community = "", [property: Personal] string Household = "", long? Guardian = null,
    [property: Personal] LocalDate? BornOn = null) : Command<Done>(Key)
{
    /// <summary>It is the own entry, or that of somebody of the own household.</summary>
    public const string OwnEntry = "member.own-entry";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => await Hands(work, Person, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member member = await Locked(work, Person, ct);
        Fund programme = await Programme.Of(work, member.FundId, ct);
        if (member.LeftOn is not null)
        {
            throw new RefusedException(Member.Unknown);
        }

        AddMember facts = new(Key, member.FundId, member.Kind, "", PlainText.Of(Community), PlainText.Of(Household), Guardian, BornOn);
        facts.RefuseBadFacts(work);
        if (Guardian == Person)
        {
            throw new RefusedException(AddMember.GuardianMissing);
        }

        await facts.RefuseMinorAlone(work, programme, ct);
        member.Community = facts.Community;
        member.HouseholdId = facts.Household.Length == 0 ? null : await AddMember.HouseholdOf(work, facts.Household, ct);
        (member.GuardianId, member.BornOn) = (Guardian, BornOn);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    /// <summary>Whoever runs the programme of that member.</summary>
    internal static async Task<Need> Hands(Work work, long person, CancellationToken ct) => Need.Any(Programme.Hands).For(
        await work.Db.Set<Member>().Where(row => row.BookId == work.Book && row.PersonId == person).Select(row => row.FundId)
            .FirstOrDefaultAsync(ct));

    /// <exception cref="RefusedException">There is no such member, or it is the own entry or that of somebody close.</exception>
    internal static async Task<Member> Locked(Work work, long person, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from member where book_id = {work.Book} and person_id = {person} for no key update", ct);
        Member member = await Member.Find(work, person, ct) ?? throw new RefusedException(Member.Unknown);
        return await Member.AreClose(work, work.ActorId, person, ct) ? throw new RefusedException(OwnEntry) : member;
    }
}
