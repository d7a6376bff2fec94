using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Members;

/// <summary>A coordinator lets somebody take part. Whoever works here already joins as the same person; a minor comes with a guardian.</summary>
/// <param name="Household">Word for who lives together; empty if nobody is to be known.</param>
/// <param name="Guardian">The person who answers for a minor.</param>
/// <param name="Person">Somebody who is known already, such as a colleague with a sign-in.</param>
public sealed record AddMember(
    Guid Key, int Programme, MemberKind Kind, [property: Personal] string Name, string Community = "", [property: Personal] string Household = "",
    long? Guardian = null, [property: Personal] LocalDate? BornOn = null, long? Person = null) : Command<long>(Key)
{
    /// <summary>The name is empty or too long.</summary>
    public const string BadName = "member.bad-name";

    /// <summary>Community or household is too long.</summary>
    public const string BadPlace = "member.bad-place";

    /// <summary>The birthday has not come, or is more than 120 years ago.</summary>
    public const string BadBirthday = "member.bad-birthday";

    /// <summary>Under 18 years nobody takes part without a guardian who takes part too and is of age (志愿服务条例 第二十四条 has minors
    /// accompanied or agreed to by a guardian).</summary>
    public const string GuardianMissing = "member.guardian-missing";

    /// <summary>The person takes part already.</summary>
    public const string Already = "member.already";

    /// <summary>A group has neither birthday, guardian nor household.</summary>
    public const string GroupIsNobody = "member.group-is-nobody";

    internal const int OfAge = 18;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Programmes.Programme.Hands).For(Programme));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund programme = await Programmes.Programme.Of(work, Programme, ct);
        string name = PlainText.Of(Name), community = PlainText.Of(Community), home = PlainText.Of(Household);
        RefuseBadFacts(work);
        await RefuseMinorAlone(work, programme, ct);
        long person = await Who(work, name, ct);
        Member member = new()
        {
            BookId = work.Book,
            PersonId = person,
            FundId = programme.FundId,
            Number = await FreeNumber(work, ct),
            Kind = Kind,
            Community = community,
            HouseholdId = home.Length == 0 ? null : await HouseholdOf(work, home, ct),
            GuardianId = Guardian,
            BornOn = BornOn,
            Salt = Member.NewSalt(),
            AddedBy = work.ActorId,
            AddedAt = work.Now,
        };
        work.Db.Add(member);
        await work.Db.SaveChangesAsync(ct);
        return person;
    }

    /// <exception cref="RefusedException">A text is too long, the birthday impossible, or a group has what only people have.</exception>
    internal void RefuseBadFacts(Work work)
    {
        if (PlainText.Of(Community).Length > 40 || PlainText.Of(Household).Length > 60)
        {
            throw new RefusedException(BadPlace);
        }

        if (Kind == MemberKind.Group && (BornOn is not null || Guardian is not null || PlainText.Of(Household).Length > 0))
        {
            throw new RefusedException(GroupIsNobody);
        }

        if (BornOn is { } born && (born > work.Today || born < work.Today.PlusYears(-120)))
        {
            throw new RefusedException(BadBirthday);
        }
    }

    /// <exception cref="RefusedException">Whoever is under age has no guardian, or one who is none.</exception>
    internal async Task RefuseMinorAlone(Work work, Fund programme, CancellationToken ct)
    {
        if (Guardian is { } guardian)
        {
            Member other = await Member.Of(work, programme.FundId, guardian, ct);
            if (other.Kind == MemberKind.Group || other.BornOn is { } day && day.PlusYears(OfAge) > work.Today)
            {
                throw new RefusedException(GuardianMissing);
            }
        }
        else if (BornOn is { } born && born.PlusYears(OfAge) > work.Today)
        {
            throw new RefusedException(GuardianMissing);
        }
    }

    private async Task<long> Who(Work work, string name, CancellationToken ct)
    {
        if (Person is { } known)
        {
            if (await Member.Find(work, known, ct) is not null)
            {
                throw new RefusedException(Already);
            }

            return await work.Db.Set<RoleGrant>().AnyAsync(grant => grant.BookId == work.Book && grant.PersonId == known, ct)
                ? known : throw new RefusedException(Member.Unknown);
        }

        if (name.Length is 0 or > 100)
        {
            throw new RefusedException(BadName, ("limit", 100));
        }

        // Two people may have one name; each member is a person of their own.
        Person person = new()
        {
            Kind = Kind == MemberKind.Group ? PersonKind.Organisation : PersonKind.Person,
            Name = name,
            CreatedAt = work.Now,
        };
        work.Db.Add(person);
        await work.Db.SaveChangesAsync(ct);
        return person.PersonId;
    }

    internal static async Task<long> HouseholdOf(Work work, string label, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into household (book_id, label, added_by, added_at) values ({work.Book}, {label}, {work.ActorId}, {work.Now.ToDateTimeUtc()})
            on conflict (book_id, label) do nothing
            """, ct);
        return await work.Db.Set<Household>().Where(row => row.BookId == work.Book && row.Label == label)
            .Select(row => row.HouseholdId).SingleAsync(ct);
    }

    private static async Task<string> FreeNumber(Work work, CancellationToken ct)
    {
        string number;
        do
        {
            number = Member.NewNumber();
        }
        while (await work.Db.Set<Member>().AnyAsync(row => row.Number == number, ct));
        return number;
    }
}
