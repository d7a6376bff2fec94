using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Members;

/// <summary>A member in the list, with what the person holds.</summary>
public sealed record MemberItem(
    long Person, string Name, string Number, MemberKind Kind, string Community, string Household, string Programme, Amount Hours, Amount Points,
    LocalDate? LeftOn);

/// <summary>A page of members, and what the list can be narrowed by.</summary>
public sealed record MembersView(
    IReadOnlyList<MemberItem> Items, int Total, IReadOnlyList<string> Communities, IReadOnlyList<ProgrammeChoice> Programmes, bool MayAdd);

/// <summary>Who takes part in the time banks that the reader's roles reach, by name.</summary>
/// <param name="Text">Part of a name, the number of a card, or part of a household's word.</param>
/// <param name="Left">Those who left instead of those who take part.</param>
public sealed record MemberList(
    [property: Personal] string? Text = null, string? Community = null, MemberKind? Kind = null, int? Programme = null, bool Left = false,
    int Page = 1) : Query<MembersView>
{
    /// <summary>Rows of one page.</summary>
    public const int Shown = 50;

    internal override Need Needs => Need.Any(Programmes.Programme.Readers);

    internal override async Task<MembersView> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<Fund> mine = await Programmes.Programme.Mine(work, ct);
        int[] funds = [.. mine.Select(fund => fund.FundId).Where(fund => Programme is null || fund == Programme)];
        IQueryable<Member> all = work.Db.Set<Member>().AsNoTracking().Where(row => row.BookId == work.Book && funds.Contains(row.FundId));
        string[] communities = await all.Where(row => row.Community != "").Select(row => row.Community).Distinct().OrderBy(name => name)
            .Take(500).ToArrayAsync(ct);
        IQueryable<Member> asked = Narrowed(work, all);
        int total = await asked.CountAsync(ct);
        var rows = await (
            from member in asked
            join person in work.Db.People on member.PersonId equals person.PersonId
            orderby person.Name, member.PersonId
            select new { Member = member, person.Name }).Skip((Math.Max(1, Page) - 1) * Shown).Take(Shown).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.Member.PersonId)];
        long?[] homes = [.. rows.Select(row => row.Member.HouseholdId)];
        Dictionary<long, HolderBalance> held = await work.Db.Set<HolderBalance>().AsNoTracking()
            .Where(row => row.BookId == work.Book && funds.Contains(row.FundId) && ids.Contains(row.PersonId))
            .ToDictionaryAsync(row => row.PersonId, ct);
        Dictionary<long, string> households = await work.Db.Set<Household>()
            .Where(row => row.BookId == work.Book && homes.Contains(row.HouseholdId)).ToDictionaryAsync(row => row.HouseholdId, row => row.Label, ct);
        return new MembersView(
            [
                .. rows.Select(row =>
                {
                    HolderBalance? balance = held.GetValueOrDefault(row.Member.PersonId);
                    return new MemberItem(
                        row.Member.PersonId, row.Name, row.Member.Number, row.Member.Kind, row.Member.Community,
                        row.Member.HouseholdId is { } home ? households[home] : "", mine.Single(fund => fund.FundId == row.Member.FundId).Name,
                        Amount.OfUnits(balance?.Hours ?? 0, Commodity.Hour), Amount.OfUnits(balance?.Points ?? 0, Commodity.Point),
                        row.Member.LeftOn);
                }),
            ],
            total, communities, ProgrammeChoice.Of(mine),
            mine.Any(fund => work.Rights.Reaches(Programmes.Programme.Hands, fund.FundId)));
    }

    private IQueryable<Member> Narrowed(Work work, IQueryable<Member> all)
    {
        IQueryable<Member> asked = all.Where(row => (row.LeftOn != null) == Left);
        if (PlainText.Of(Community ?? "") is { Length: > 0 } community)
        {
            asked = asked.Where(row => row.Community == community);
        }

        if (Kind is { } kind)
        {
            asked = asked.Where(row => row.Kind == kind);
        }

        string text = PlainText.Of(Text ?? "");
        return text.Length == 0 ? asked : asked.Where(row => row.Number == text.Replace(" ", "")
            || work.Db.People.Any(person => person.PersonId == row.PersonId && person.Name.Contains(text))
            || work.Db.Set<Household>().Any(home => home.BookId == row.BookId && home.HouseholdId == row.HouseholdId && home.Label.Contains(text)));
    }
}

/// <summary>Somebody who works here and takes no part yet, or may be chosen for something.</summary>
public sealed record MemberChoice(long Person, string Name);

/// <summary>What the form for a new member offers.</summary>
/// <param name="Programmes">Time banks that the reader runs.</param>
/// <param name="Colleagues">Who has a role here and is no member yet.</param>
public sealed record MemberOffer(
    IReadOnlyList<ProgrammeChoice> Programmes, IReadOnlyList<string> Communities, IReadOnlyList<MemberChoice> Colleagues);

/// <summary>Choices for a new member.</summary>
public sealed record MemberChoices : Query<MemberOffer>
{
    internal override Need Needs => Need.Any(Programme.Hands);

    internal override async Task<MemberOffer> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<Fund> runs = [.. (await Programme.Mine(work, ct)).Where(fund => work.Rights.Reaches(Programme.Hands, fund.FundId))];
        int[] funds = [.. runs.Select(fund => fund.FundId)];
        string[] communities = await work.Db.Set<Member>().Where(row => row.BookId == work.Book && funds.Contains(row.FundId) && row.Community != "")
            .Select(row => row.Community).Distinct().OrderBy(name => name).Take(500).ToArrayAsync(ct);
        var colleagues = await work.Db.People
            .Where(person => work.Db.Set<RoleGrant>().Any(grant => grant.BookId == work.Book && grant.PersonId == person.PersonId
                    && (grant.ValidUntil == null || grant.ValidUntil >= work.Today))
                && !work.Db.Set<Member>().Any(row => row.BookId == work.Book && row.PersonId == person.PersonId))
            .OrderBy(person => person.Name).Select(person => new { person.PersonId, person.Name }).Take(500).ToListAsync(ct);
        return new MemberOffer(
            ProgrammeChoice.Of(runs), communities,
            [.. colleagues.Select(person => new MemberChoice(person.PersonId, person.Name))]);
    }
}

/// <summary>Whose card has this number, for a form in which another person's card is typed.</summary>
public sealed record MemberOfNumber(int Programme, string Number) : Query<MemberChoice>
{
    /// <summary>No card of this time bank has the number.</summary>
    public const string NumberUnknown = "member.number-unknown";

    internal override Need Needs => Need.Any(Programmes.Programme.Hands);

    internal override async Task<MemberChoice> Answer(Work work, CancellationToken ct)
    {
        string number = PlainText.Digits(Number);
        Member? member = work.Rights.Reaches(Programmes.Programme.Hands, Programme)
            ? await work.Db.Set<Member>().AsNoTracking().SingleOrDefaultAsync(
                row => row.BookId == work.Book && row.FundId == Programme && row.Number == number && row.LeftOn == null, ct)
            : null;
        return member is null ? throw new RefusedException(NumberUnknown, ("number", number))
            : new MemberChoice(member.PersonId, (await PersonName.Of(work, [member.PersonId], ct))[member.PersonId]);
    }
}
