using System.Text;
using ICSharpCode.SharpZipLib.Zip;
using Microsoft.Playwright;
using Npgsql;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// A statement that needs more than a look: its archive asks for a password, a person says what its columns are and keeps that
/// for the next file, and its import takes long, is stopped, is broken off and is done after all.
/// </summary>
public sealed class ImportJourney
{
    private const string Password = "8848", Staged = "select count(*) from bank_line where occurred_on = date '2026-04-01' and units in (500, 600)";

    [Fact]
    public async Task A_locked_unknown_and_slow_statement_comes_in_all_the_same_and_only_once()
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        Browsing accountant = await Browsing.SignIn(site, "chenjing", 390, 844);
        await Upload(accountant, "流水.zip", Locked(Unknown("2026-03-30")), password: null);
        await accountant.Sees("请在“压缩包密码”里填写");
        await Upload(accountant, "流水.zip", Locked(Unknown("2026-03-30")), Password);
        await accountant.Sees("没有找到表头");
        await Correct(accountant);

        await Upload(accountant, "四月.csv", Unknown("2026-04-01"), password: null);
        await accountant.Sees("按读法“村镇银行”读取");
        string upload = accountant.Page.Url;
        await using NpgsqlConnection other = new(site.Connections.Owner);
        await other.OpenAsync();

        // Another import into the account that does not end.
        await Ask(other, "select pg_advisory_lock(book_id, bank_account_id) from bank_account");
        await accountant.Press("导入 2 笔新流水");
        await accountant.Sees("正在导入");
        await accountant.Press("停止导入");
        await accountant.Sees("已停止，一笔也没有导入");
        (await Ask(other, Staged)).ShouldBe(0L);
        await Ask(other, "select pg_advisory_unlock_all()");

        // What a page finds that was left open while the site was killed and started anew.
        await accountant.Go($"{upload}&Job={Guid.NewGuid()}");
        await accountant.Sees("这次导入已经中断");
        await accountant.Press("再导入一次");
        await accountant.Imported(2);
        (await Ask(other, Staged)).ShouldBe(2L);
        await accountant.Close();
    }

    private static async Task Upload(Browsing person, string name, byte[] content, string? password)
    {
        await person.Go("/Banking/Import");
        await person.Page.SetInputFilesAsync("input[type=file]", new FilePayload { Name = name, MimeType = "text/csv", Buffer = content });
        await person.Page.FillAsync("[name=Password]", password ?? "");
        await person.Press("上传并预览");
    }

    private static async Task Correct(Browsing person)
    {
        await person.Page.CheckAsync("[name='Read.HeaderRow'][value='2']");
        await person.Page.SelectOptionAsync("[name='Read.Columns[0]']", "HappenedOn");
        await person.Page.SelectOptionAsync("[name='Read.Columns[1]']", "EitherWay");
        await person.Press("按这样读");
        await person.Sees("新的 2 笔");
        await person.Page.FillAsync("[name=ProfileName]", "村镇银行");
        await person.Press("保存");
        await person.Sees("已保存读法“村镇银行”");
    }

    private static async Task<object?> Ask(NpgsqlConnection other, string sql)
    {
        await using NpgsqlCommand ask = new(sql, other);
        return await ask.ExecuteScalarAsync();
    }

    private static byte[] Unknown(string day) =>
        Encoding.UTF8.GetBytes($"账号;33050161xxxx00001234\n甲;乙;丙\n{day};5.00;9.00\n{day};6.00;9.00");

    private static byte[] Locked(byte[] content)
    {
        using MemoryStream packed = new();
        using (ZipOutputStream zip = new(packed) { IsStreamOwner = false, Password = Password })
        {
            zip.PutNextEntry(new ZipEntry("流水.csv"));
            zip.Write(content);
        }

        return packed.ToArray();
    }
}
