using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Books;

public sealed class LogKeyTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("fund-key-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void The_key_is_made_once_outside_the_database_for_its_owner_only()
    {
        byte[] made = LogKey.In(_data);
        made.Length.ShouldBe(32);
        made.ShouldNotBe(new byte[32]);
        LogKey.In(_data, booksExist: true).ShouldBe(made);
        File.GetUnixFileMode(LogKey.PathIn(_data)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(_data).Length.ShouldBe(1);
    }

    [Fact]
    public void Books_that_had_a_key_get_no_other_one()
    {
        Should.Throw<LocalPostgresException>(() => LogKey.In(_data, booksExist: true)).Message.ShouldContain("备份");
        Directory.GetFiles(_data).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_personal_stands_in_the_log_as_HMAC_under_this_key_and_nowhere_as_it_is()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(new RecordDonation(TestBody.Key, TestBody.Community, "钱多多", PersonKind.Person, Amount.Yuan(10),
            new LocalDate(2026, 3, 2), TestBody.Bank, Restriction.Unrestricted, "", "捐赠", null));
        await using FundDb db = body.Db();
        string input = (await db.Set<CommandLog>().SingleAsync(row => row.Name == nameof(RecordDonation))).Input;
        input.ShouldNotContain("钱多多");
        input.ShouldContain("hmac:" + Convert.ToHexStringLower(
            HMACSHA256.HashData(TestBody.LogKey, Encoding.UTF8.GetBytes("\"钱多多\""))));
    }
}
