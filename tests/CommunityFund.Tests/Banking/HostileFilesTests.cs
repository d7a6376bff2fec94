using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Tests.Banking;

/// <summary>Alone, because what it measures is the process's.</summary>
[CollectionDefinition(nameof(HostileFilesTests), DisableParallelization = true)]
public sealed class AloneWithHostileFiles;

[Collection(nameof(HostileFilesTests))]
public sealed class HostileFilesTests(ITestOutputHelper output)
{
    private const long MostBytes = 500L * 1024 * 1024;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    [Fact]
    public void Every_hostile_file_is_read_or_refused_in_words_within_five_seconds_and_500_megabytes()
    {
        Words words = Words.From([typeof(StatementFile).Assembly]);
        List<string> wrong = [];
        int refused = 0, read = 0;
        foreach ((string name, Func<byte[]> make) in HostileFiles.All)
        {
            byte[] content = make();
            string outcome;
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan start = Environment.CpuUsage.TotalTime;
            try
            {
                StatementFile file = StatementFile.Read(content, "流水.csv");
                file.Lines.Select(line => line.Identity).ShouldBeUnique(name);
                (outcome, read) = ($"read {file.Lines.Count}", read + 1);
            }
            catch (RefusedException no)
            {
                (outcome, refused) = (no.Refusal.Code, refused + 1);
                words.Of(no.Refusal).ShouldNotBeEmpty();
            }
            catch (Exception fault)
            {
                outcome = fault.ToString();
                wrong.Add($"{name} (seed {HostileFiles.Seed}): {fault.Message}");
            }

            // What was allocated at all is more than what was there at once.
            (TimeSpan took, long bytes) = (Environment.CpuUsage.TotalTime - start, GC.GetAllocatedBytesForCurrentThread() - before);
            output.WriteLine($"{name}: {outcome}, {took.TotalMilliseconds:0} ms, {bytes / 1024 / 1024} MB");
            wrong.AddRange(took > MostTime || bytes > MostBytes ? [$"{name}: {took}, {bytes} bytes"] : []);
        }

        wrong.ShouldBeEmpty();
        (refused + read).ShouldBeGreaterThan(150);
    }
}
