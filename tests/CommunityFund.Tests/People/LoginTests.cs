using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.People;

public sealed class LoginTests
{
    private const string Other = "another long password";

    [Theory]
    [InlineData("short")]
    [InlineData("123456789")]
    [InlineData("xx-newcomer-xx")]
    [InlineData("NEWCOMER newcomer")]
    public async Task A_short_password_or_one_with_the_user_name_is_refused(string password)
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => Add(body, "newcomer", password))).ShouldBe(NewLogin.WeakPassword);
    }

    [Fact]
    public async Task A_user_name_is_taken_once()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => Add(body, "zhou", Other))).ShouldBe(NewLogin.UserNameTaken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("Zhou")]
    [InlineData("zhou jing")]
    [InlineData("周会计")]
    [InlineData("zhou\n")]
    [InlineData("ｚｈｏｕ")]
    [InlineData("=cmd")]
    public async Task A_user_name_has_small_letters_and_digits(string userName)
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => Add(body, userName, Other))).ShouldBe(NewLogin.BadUserName);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\u0000\u202E")]
    public async Task A_person_has_a_name(string name)
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => body.Accountant.Run(new AddLogin(TestBody.Key, new NewLogin(name, "newcomer", Other))))).ShouldBe(NewLogin.BadName);
    }

    [Fact]
    public async Task Somebody_new_must_change_the_password_and_no_log_keeps_it()
    {
        await using TestBody body = await TestBody.New();
        long person = await Add(body, "newcomer", Other);
        await using FundDb db = body.Db();
        (await db.Set<Login>().SingleAsync(login => login.PersonId == person)).MustChangePassword.ShouldBeTrue();
        (await db.Set<CommandLog>().Where(row => row.Name == nameof(AddLogin)).Select(row => row.Input).ToListAsync())
            .ShouldAllBe(input => !input.Contains(Other) && !input.Contains("新人"));
    }

    [Fact]
    public async Task A_changed_password_ends_all_other_sessions()
    {
        await using TestBody body = await TestBody.New();
        await SignIn(body, 1, "here", "there");
        await SignIn(body, 2, "elsewhere");
        await body.Accountant.Run(new ChangePassword(TestBody.Key, TestBody.Password, Other, "here"));
        (await Sessions(body)).ShouldBe(["elsewhere", "here"]);
        (await Matches(body, 1, Other)).ShouldBeTrue();
        (await Matches(body, 1, TestBody.Password)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("not the old one", Other, ChangePassword.WrongOld)]
    [InlineData(TestBody.Password, TestBody.Password, ChangePassword.SamePassword)]
    [InlineData(TestBody.Password, "short", NewLogin.WeakPassword)]
    public async Task A_password_changes_from_the_old_one_to_a_new_and_strong_one(string old, string fresh, string code)
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => body.Accountant.Run(new ChangePassword(TestBody.Key, old, fresh, "")))).ShouldBe(code);
        (await Matches(body, 1, TestBody.Password)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_reset_password_ends_every_session_lifts_the_lockout_and_has_to_be_changed()
    {
        await using TestBody body = await TestBody.New();
        await SignIn(body, 3, "one", "two");
        await SignIn(body, 1, "admin");
        await using (FundDb db = body.Db())
        {
            Login locked = await db.Set<Login>().SingleAsync(login => login.PersonId == 3);
            locked.LockoutEnd = body.Clock.Now.Plus(Duration.FromMinutes(15)).ToDateTimeOffset();
            locked.AccessFailedCount = 4;
            await db.SaveChangesAsync();
        }

        (await Row(body, 3)).LockedOut.ShouldBeTrue();
        (await Refused(() => body.Accountant.Run(new ResetPassword(TestBody.Key, 3, Other)))).ShouldBe(ResetPassword.ByTwo);
        long proposal = await body.Reviewer.Run(new ProposeReset(TestBody.Key, 3, SecondFactor: false));
        await body.Accountant.Run(new ConfirmProposal(TestBody.Key, proposal, Other));
        (await Sessions(body)).ShouldBe(["admin"]);
        (await Matches(body, 3, Other)).ShouldBeTrue();
        SignInPerson after = await Row(body, 3);
        (after.LockedOut, after.MustChange).ShouldBe((false, true));
        await using FundDb read = body.Db();
        (await read.Set<Login>().SingleAsync(login => login.PersonId == 3)).AccessFailedCount.ShouldBe(0);
        (await read.Set<SignInLog>().Select(row => row.Outcome).SingleAsync()).ShouldBe("password-reset");
    }

    [Fact]
    public async Task A_password_is_reset_by_another_administrator_for_somebody_who_signs_in()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => body.Accountant.Run(new ResetPassword(TestBody.Key, 1, Other)))).ShouldBe(ResetPassword.Oneself);
        (await Refused(() => body.Accountant.Run(new ResetPassword(TestBody.Key, 99, Other)))).ShouldBe(GrantRole.UnknownPerson);
        (await Refused(() => body.FinanceOfficer.Run(new ResetPassword(TestBody.Key, 1, Other)))).ShouldBe(Need.Missing);
        long newcomer = await Add(body, "newcomer", Other);
        (await Refused(() => body.Accountant.Run(new ResetPassword(TestBody.Key, newcomer, "zheng")))).ShouldBe(NewLogin.WeakPassword);
        await body.Accountant.Run(new ResetPassword(TestBody.Key, newcomer, Other + "!"));
        (await Matches(body, newcomer, Other + "!")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_list_of_people_says_who_is_in_with_which_role_and_when_last()
    {
        await using TestBody body = await TestBody.New();
        await using (FundDb db = body.Db())
        {
            Login login = await db.Set<Login>().SingleAsync(login => login.PersonId == 3);
            db.Add(new SignInLog { HappenedAt = body.Clock.Now, LoginId = login.Id, Outcome = "signed-in" });
            db.Add(new SignInLog { HappenedAt = body.Clock.Now.Plus(Duration.FromHours(1)), LoginId = login.Id, Outcome = "wrong-password" });
            await db.SaveChangesAsync();
        }

        SignInPeople people = await body.Accountant.Ask(new PeopleList(1));
        people.Items.Select(person => person.UserName).ShouldBe(["wang", "wu", "zheng", "zhou"]);
        people.Items.Single(person => person.IsMe).UserName.ShouldBe("zhou");
        SignInPerson officer = people.Items.Single(person => person.PersonId == 3);
        officer.LastSignIn.ShouldBe(body.Clock.Now);
        officer.Roles.Single().ShouldSatisfyAllConditions(
            role => role.Role.ShouldBe(Role.FinanceOffice), role => role.Fund.ShouldBeNull(), role => role.Until.ShouldBeNull());
        (await Refused(() => body.FinanceOfficer.Ask(new PeopleList(1)))).ShouldBe(Need.Missing);
    }

    private static Task<long> Add(TestBody body, string userName, string password) =>
        body.Accountant.Run(new AddLogin(TestBody.Key, new NewLogin("新人", userName, password)));

    private static async Task<SignInPerson> Row(TestBody body, long person) =>
        (await body.Accountant.Ask(new PeopleList(1, 1, person))).Items.Single();

    private static async Task SignIn(TestBody body, long person, params string[] sessions)
    {
        await using FundDb db = body.Db();
        long login = await db.Set<Login>().Where(row => row.PersonId == person).Select(row => row.Id).SingleAsync();
        db.AddRange(sessions.Select(session => new SignInSession
        {
            SessionId = session,
            LoginId = login,
            Ticket = [],
            CreatedAt = body.Clock.Now,
            LastSeenAt = body.Clock.Now,
            ExpiresAt = body.Clock.Now.Plus(Duration.FromHours(8)),
        }));
        await db.SaveChangesAsync();
    }

    private static async Task<List<string>> Sessions(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.Set<SignInSession>().OrderBy(session => session.SessionId).Select(session => session.SessionId).ToListAsync();
    }

    private static async Task<bool> Matches(TestBody body, long person, string password)
    {
        await using FundDb db = body.Db();
        Login login = await db.Set<Login>().SingleAsync(row => row.PersonId == person);
        return Login.Hasher.VerifyHashedPassword(login, login.PasswordHash!, password) != PasswordVerificationResult.Failed;
    }

    private static async Task<string> Refused(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal.Code;
}
