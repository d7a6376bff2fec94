using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using OtpNet;

namespace CommunityFund.Tests.People;

public sealed class SecondFactorTests
{
    private static readonly string[] Codes = [.. Enumerable.Range(0, 10).Select(i => $"abcde-fghj{i}")];

    [Fact]
    public void A_code_is_the_one_of_RFC_6238()
    {
        byte[] key = Encoding.ASCII.GetBytes("12345678901234567890");
        SecondFactor.Step(key, "287082", Instant.FromUnixTimeSeconds(59)).ShouldBe(1);
        SecondFactor.Step(key, "081804", Instant.FromUnixTimeSeconds(1111111109)).ShouldBe(37037036);
        SecondFactor.Step(key, "081804", Instant.FromUnixTimeSeconds(1111111109 + 90)).ShouldBeNull();
        SecondFactor.Step(key, "28708", Instant.FromUnixTimeSeconds(59)).ShouldBeNull();
    }

    [Fact]
    public async Task A_code_opens_once_and_the_next_one_opens_again()
    {
        await using TestBody body = await TestBody.New();
        string key = await TurnOn(body);
        (await Accept(body, CodeOf(key, body.Clock.Now))).ShouldBe((false, false));
        body.Clock.Now += Duration.FromSeconds(30);
        string next = CodeOf(key, body.Clock.Now);
        (await Accept(body, next)).ShouldBe((true, false));
        (await Accept(body, next)).ShouldBe((false, false));
        body.Clock.Now += Duration.FromMinutes(10);
        (await Accept(body, next)).Accepted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_recovery_code_opens_once_and_only_its_digest_is_kept()
    {
        await using TestBody body = await TestBody.New();
        string key = await TurnOn(body);
        (await Accept(body, "ABCDE fghj3")).ShouldBe((true, true));
        (await Accept(body, Codes[3])).Accepted.ShouldBeFalse();
        (await body.Accountant.Ask(new MySecondFactor())).CodesLeft.ShouldBe(9);
        await using FundDb db = body.Db();
        (await db.Set<CommandLog>().ToListAsync()).Select(row => row.Input + row.Answer)
            .ShouldAllBe(row => !row.Contains(key) && !Codes.Any(row.Contains));
        byte[] stored = (await db.Set<Login>().SingleAsync(row => row.PersonId == 1)).TotpKey!;
        Convert.ToHexString(stored).ShouldNotContain(Convert.ToHexString(Base32Encoding.ToBytes(key)));
    }

    [Fact]
    public async Task It_is_on_only_after_a_right_code_and_not_twice()
    {
        await using TestBody body = await TestBody.New();
        string key = SecondFactor.NewKey(body.Foundation, Guid.NewGuid(), 1);
        (await Refused(() => body.Accountant.Run(new TurnOnTotp(TestBody.Key, key, "000000", Codes)))).ShouldBe(SecondFactor.WrongCode);
        (await body.Accountant.Ask(new MySecondFactor())).Since.ShouldBeNull();
        await TurnOn(body);
        (await Refused(() => body.Accountant.Run(new TurnOnTotp(TestBody.Key, key, CodeOf(key, body.Clock.Now), Codes)))).ShouldBe(SecondFactor.AlreadyOn);
    }

    [Fact]
    public async Task Who_must_have_it_cannot_turn_it_off_and_two_others_reset_it()
    {
        await using TestBody body = await TestBody.New();
        await TurnOn(body);
        (await body.Accountant.Ask(new MySecondFactor())).Required.ShouldBeTrue();
        (await Refused(() => body.Accountant.Run(new TurnOffTotp(TestBody.Key)))).ShouldBe(TurnOffTotp.Required);
        long proposal = await body.Reviewer.Run(new ProposeReset(TestBody.Key, 1, SecondFactor: true));
        await body.FinanceOfficer.Run(new ConfirmProposal(TestBody.Key, proposal));
        SecondFactorView after = await body.Accountant.Ask(new MySecondFactor());
        (after.Since, after.CodesLeft).ShouldBe((null, 0));
    }

    [Fact]
    public async Task Which_roles_must_have_it_is_proposed_and_confirmed()
    {
        await using TestBody body = await TestBody.New();
        long proposal = await body.Reviewer.Run(new ProposeSecondFactor(TestBody.Key, [Role.Admin]));
        await body.Accountant.Run(new ConfirmProposal(TestBody.Key, proposal));
        (await body.SecondReviewer.Ask(new MySecondFactor())).Required.ShouldBeFalse();
        (await body.Accountant.Ask(new MySecondFactor())).Required.ShouldBeTrue();
    }

    [Fact]
    public async Task Approving_needs_a_proof_that_is_used_up_by_idling_and_by_time()
    {
        await using TestBody body = await TestBody.New();
        await using (FundDb db = body.Db())
        {
            db.Add(new SignInSession
            {
                SessionId = "reviewer",
                LoginId = await db.Set<Login>().Where(row => row.PersonId == 2).Select(row => row.Id).SingleAsync(),
                Ticket = [],
                CreatedAt = body.Clock.Now,
                LastSeenAt = body.Clock.Now,
                ExpiresAt = body.Clock.Now.Plus(Duration.FromHours(8)),
                ProvedAt = body.Clock.Now,
            });
            await db.SaveChangesAsync();
        }

        FundSession reviewer = body.Foundation.SignedIn(2, body.Book, "reviewer");
        (await Refused(() => body.Foundation.SignedIn(1, body.Book, "reviewer").Run(new ReviewVoucher(TestBody.Key, 99)))).ShouldBe(Need.Missing);
        for (int i = 0; i < 8; i++)
        {
            await Review(body, reviewer);
            body.Clock.Now += Duration.FromMinutes(11);
        }

        body.Clock.Now += Duration.FromMinutes(4);
        (await Refused(() => Review(body, reviewer))).ShouldBe(Need.Proof);
        (await Refused(() => Review(body, body.Foundation.SignedIn(2, body.Book, "another")))).ShouldBe(Need.Proof);
    }

    private static async Task Review(TestBody body, FundSession reviewer)
    {
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        await reviewer.Run(new ReviewVoucher(TestBody.Key, await body.PrepareExpense(TestBody.Community, 1)));
    }

    private static async Task<string> TurnOn(TestBody body)
    {
        string key = SecondFactor.NewKey(body.Foundation, Guid.NewGuid(), 1);
        await body.Accountant.Run(new TurnOnTotp(TestBody.Key, key, CodeOf(key, body.Clock.Now), Codes));
        return key;
    }

    private static string CodeOf(string key, Instant at) => new Totp(Base32Encoding.ToBytes(key)).ComputeTotp(at.ToDateTimeUtc());

    private static async Task<(bool Accepted, bool Recovery)> Accept(TestBody body, string code)
    {
        await using FundDb db = body.Db();
        Login login = await db.Set<Login>().AsNoTracking().SingleAsync(row => row.PersonId == 1);
        return await SecondFactor.Accept(db, body.Foundation, login, code, CancellationToken.None);
    }

    private static async Task<string> Refused(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal.Code;
}
